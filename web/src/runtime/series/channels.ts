import { InputError } from "../errors";
import type { Calendar } from "./calendar";
import { type Feature, phases, widthOf } from "./phases";

/** A column that a forecast depends on; each of its categories becomes one of floats. */
export interface Covariate {
  name: string;
  kind: "past" | "future" | "static";
  categories: string[];
}

/** What is saved of how covariates and dates are read. */
export interface SavedChannels {
  covariates: Covariate[];
  /** Of each column of floats. */
  mean: number[];
  spread: number[];
  features: Feature[];
}

/** What stands beside a scaled window. */
interface Beside {
  /** A row of columns for each value and step to come that is known; undefined of none. */
  rows: number[][] | undefined;
  /** How many values the series has. */
  values: number;
  /** Of the series; undefined of none, whose dates tell nothing. */
  calendar: Calendar | undefined;
  /** Of the first step to come in the calendar. */
  position: number;
  /** The spread of the series in units of the window, by which all this is scaled. */
  unit: number;
}

/** What is read beside the values of a window, as `elman.tasks.forecast.coding.channels`. */
export class Channels {
  readonly covariates: Covariate[];
  /** Of each column of floats. */
  private readonly kinds: Covariate["kind"][];
  private readonly mean: number[];
  private readonly spread: number[];
  private readonly features: Feature[];

  constructor(
    saved: SavedChannels | undefined,
    private readonly segment: number,
    private readonly horizon: number,
  ) {
    this.covariates = saved?.covariates ?? [];
    this.kinds = this.covariates.flatMap(({ kind, categories }) =>
      new Array<Covariate["kind"]>(categories.length || 1).fill(kind),
    );
    this.mean = saved?.mean ?? [];
    this.spread = saved?.spread ?? [];
    this.features = saved?.features ?? [];
  }

  /**
   * Return the rows beside values and steps to come, and whether some had to be made up.
   *
   * Where nothing is known of a step to come, what has to be stays as it was last known.
   */
  held(rows: readonly number[][], values: number): { rows: number[][]; made: boolean } {
    const ahead = this.kinds.flatMap((kind, column) => (kind === "future" ? [column] : []));
    const nothing = new Array<number>(this.width).fill(Number.NaN);
    if (ahead.length === 0) return { rows: rows.map((row) => [...row]), made: false };
    let [last, made] = [this.mean, false];
    const held = Array.from({ length: values + this.horizon }, (_, n) => {
      const row = [...(rows[n] ?? nothing)];
      if (ahead.some((column) => Number.isFinite(row[column]))) {
        last = row;
      } else if (n >= values) {
        made = true;
        for (const column of ahead) row[column] = last[column]!;
      }
      return row;
    });
    return { rows: held, made };
  }

  /** Columns of floats. */
  get width(): number {
    return this.kinds.length;
  }

  /** Floats of one step of the network. */
  get columns(): number {
    return this.segment * (1 + this.width);
  }

  /**
   * Return a scaled window as steps, `(T, columns)` row by row.
   *
   * @param x - `(L)`, filled up from the left with zeros.
   */
  steps(x: number[], beside: Beside): number[] {
    const { segment, width, horizon } = this;
    const known = this.kinds.map((kind) => kind !== "past");
    const before = lacking(x.length, segment);
    const after = known.includes(true) ? horizon + lacking(horizon, segment) : 0;
    const rows = width ? this.scaled(beside) : [];
    const at = (time: number, column: number) => {
      if (!column) {
        return x[time] ?? 0;
      }
      const row = rows[rows.length - horizon - x.length + time];
      return (time < x.length || known[column - 1] ? row?.[column - 1] : 0) ?? 0;
    };
    const floats: number[] = [];
    for (let begin = -before; begin < x.length + after; begin += segment) {
      for (let column = 0; column <= width; column++) {
        for (let k = 0; k < segment; k++) {
          floats.push(at(begin + k, column));
        }
      }
    }
    const told = this.told(beside);
    return [...floats, ...told, ...new Array<number>(lacking(told.length, this.columns)).fill(0)];
  }

  /** Return what dates tell of the first step to come. */
  private told({ calendar, position, unit }: Beside): number[] {
    if (calendar === undefined || calendar.unit === "counts") {
      const count = this.features.reduce((sum, feature) => sum + widthOf(feature), 0);
      return new Array<number>(count).fill(0);
    }
    return this.features.length
      ? phases(calendar, this.features, position).map((value) => unit * value)
      : [];
  }

  /** Return the columns of all values and steps to come, in units of their spread; 0 if missing. */
  private scaled({ rows: given, values, unit }: Beside): number[][] {
    const { covariates, horizon } = this;
    if (given === undefined) {
      const named = covariates.map(({ name }) => name).join(", ");
      throw new InputError(
        `this model reads ${named} beside the values, and values alone are given; a page goes on ` +
          "with the series that were learnt from",
      );
    }
    this.need(given.slice(values, values + horizon));
    const rows = Array.from({ length: values + horizon }, (_, n) => given[n]);
    const still = this.kinds.map((_, column) =>
      rows.map((row) => row?.[column] ?? Number.NaN).findLast(Number.isFinite),
    );
    return rows.map((row) =>
      this.kinds.map((kind, column) => {
        const value = (kind === "static" ? still[column] : row?.[column]) ?? Number.NaN;
        const scaled = (value - this.mean[column]!) / this.spread[column]!;
        return Number.isNaN(scaled) ? 0 : unit * scaled;
      }),
    );
  }

  /** Refuse to foretell where nothing is known of the steps to come. */
  private need(ahead: number[][]): void {
    const future = this.covariates.filter(({ kind }) => kind === "future");
    const known = ahead.filter((row) =>
      row.some((value, column) => this.kinds[column] === "future" && Number.isFinite(value)),
    );
    if (future.length && known.length < this.horizon) {
      throw new InputError(
        `${future.map(({ name }) => name).join(", ")} must be known for the ${this.horizon} steps ` +
          `to come, and ${this.horizon - known.length} of them have nothing`,
      );
    }
  }
}

/** How many are lacking to whole segments. */
function lacking(count: number, segment: number): number {
  return (segment - (count % segment)) % segment;
}
