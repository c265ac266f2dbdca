import { mean, naiveScale } from "./opponents";

/** How far off some forecasts were. */
export interface Errors {
  name: string;
  /** Mean absolute error, over all origins and steps. */
  mae: number;
  /** That in units of the naive error before the first origin; null where it made none. */
  mase: number | null;
  /** The mean absolute error of each step ahead. */
  bySteps: (number | null)[];
}

/**
 * Return so many origins as there are, at most `most`: the last whose whole horizon is known, with
 * at least `least` values before.
 */
export function originsOf(count: number, horizon: number, least: number, most: number): number[] {
  const last = count - horizon;
  const first = Math.max(last - most + 1, least, 1);
  return Array.from({ length: Math.max(last - first + 1, 0) }, (_, n) => first + n);
}

/**
 * Hold forecasts against what came; values that are missing are no truth.
 *
 * @param said - by name, a row an origin; each is as long as the horizon.
 */
export function errorsOf(
  values: readonly number[],
  origins: readonly number[],
  season: number,
  said: Readonly<Record<string, number[][]>>,
): Errors[] {
  const scale = naiveScale(values.slice(0, origins[0]), season);
  return Object.entries(said).map(([name, rows]) => {
    const off = rows.map((row, n) =>
      row.map((value, step) => Math.abs(value - (values[origins[n]! + step] ?? Number.NaN))),
    );
    const mae = mean(off.flat()) ?? Number.NaN;
    return {
      name,
      mae,
      mase: scale > 0 ? mae / scale : null,
      bySteps: (rows[0] ?? []).map((_, step) => mean(off.map((row) => row[step]!)) ?? null),
    };
  });
}
