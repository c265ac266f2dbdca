import type { Section } from "../saved";

/** How far off forecasts are, as `elman.tasks.forecast.coding.intervals.Spread`. */
export class Spread {
  private readonly shares: number[];
  private readonly quantiles: number[][];

  constructor(output: Section) {
    this.shares = (output.shares as number[] | undefined) ?? [];
    this.quantiles = (output.quantiles as number[][] | undefined) ?? [];
  }

  /** Whether a model gives intervals. */
  get known(): boolean {
    return this.shares.length > 0;
  }

  /** Return how far an interval reaches from each step, in units of the window; level in per cent. */
  moved(level: number): { lower: number[]; upper: number[] } {
    const tail = (1 - level / 100) / 2;
    return {
      lower: this.quantiles.map((row) => this.at(tail, row)),
      upper: this.quantiles.map((row) => this.at(1 - tail, row)),
    };
  }

  private at(share: number, row: number[]): number {
    const { shares } = this;
    const after = shares.findIndex((other) => other >= share);
    if (after <= 0) {
      return after < 0 ? row.at(-1)! : row[0]!;
    }
    const slope = (row[after]! - row[after - 1]!) / (shares[after]! - shares[after - 1]!);
    return row[after - 1]! + slope * (share - shares[after - 1]!);
  }
}
