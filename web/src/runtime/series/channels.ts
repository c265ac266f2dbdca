import { InputError } from "../errors";
import type { Calendar } from "./calendar";
import { type Feature, phases, widthOf } from "./phases";

/** A column that a forecast depends on. */
interface Covariate {
  name: string;
  kind: "past" | "future" | "static";
  categories: string[];
}

/** What is saved of how covariates and dates are read. */
export interface SavedChannels {
  covariates: Covariate[];
  features: Feature[];
}

/**
 * What stands beside the values of a window: what dates tell of the first step to come.
 *
 * But: covariates are not read here; a model that has them is refused.
 */
export class Channels {
  private readonly features: Feature[];
  private readonly told: number;

  constructor(saved: SavedChannels | undefined) {
    const covariates = saved?.covariates ?? [];
    if (covariates.length) {
      const named = covariates.map(({ name }) => name).join(", ");
      throw new InputError(
        `this model reads ${named} beside the values; a page cannot forecast with covariates. ` +
          "elman predict can.",
      );
    }
    this.features = saved?.features ?? [];
    this.told = this.features.reduce((sum, feature) => sum + widthOf(feature), 0);
  }

  /**
   * Return a scaled window as steps, `(T, segment)` row by row.
   *
   * @param x - `(L)`, filled up from the left with zeros.
   * @param calendar - of the series; undefined of none, whose dates tell nothing.
   * @param position - of the first step to come in the calendar.
   * @param unit - by which what dates tell is scaled, as it moves a series in its own units.
   */
  steps(
    x: number[],
    segment: number,
    calendar: Calendar | undefined,
    position: number,
    unit: number,
  ): number[] {
    const before = new Array<number>(lacking(x.length, segment)).fill(0);
    const last = new Array<number>(this.told + lacking(this.told, segment)).fill(0);
    if (calendar !== undefined && calendar.unit !== "counts" && this.told) {
      for (const [n, value] of phases(calendar, this.features, position).entries()) {
        last[n] = unit * value;
      }
    }
    return [...before, ...x, ...last];
  }
}

/** How many are lacking to whole segments. */
function lacking(count: number, segment: number): number {
  return (segment - (count % segment)) % segment;
}
