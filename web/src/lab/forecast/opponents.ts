/** Forecasts that learn nothing, as `elman.judging.values.naive` has them. */

export const NAIVE = "naive";
export const DRIFT = "drift";
export const SEASONAL = "seasonal naive";
export const GROWTH = "seasonal x growth";

/**
 * Return the forecasts of each opponent at some origins, by its name.
 *
 * The last value; the straight line from the first value to the last; the value one season before;
 * that times the growth of the last season over the one before.
 *
 * @param values - the whole series, NaN where one is missing; what follows an origin is not looked
 *   at.
 * @param origins - how many values come before each forecast, from the fewest on.
 * @param season - steps in a season; 1, or more than the first origin has, leaves the seasonal out,
 *   and so does less than two seasons, or a value that is not positive, the growth.
 */
export function opponentsAt(
  values: readonly number[],
  origins: readonly number[],
  horizon: number,
  season: number,
): Record<string, number[][]> {
  const last = carried(values, 1);
  const ahead = Array.from({ length: horizon }, (_, n) => n);
  const first = origins[0] ?? 0;
  const said: Record<string, number[][]> = {
    [NAIVE]: origins.map((o) => ahead.map(() => last[o - 1]!)),
    [DRIFT]: origins.map((o) => {
      const slope = (last[o - 1]! - last[0]!) / Math.max(o - 1, 1);
      return ahead.map((n) => last[o - 1]! + slope * (n + 1));
    }),
  };
  if (season <= 1 || season > first) return said;
  const seasons = carried(values, season);
  const before = origins.map((o) => ahead.map((n) => seasons[o - season + (n % season)]!));
  said[SEASONAL] = before;
  if (2 * season <= first && seasons.every((value) => value > 0)) {
    const sum = (end: number) => seasons.slice(end - season, end).reduce((a, b) => a + b, 0);
    said[GROWTH] = before.map((row, n) => {
      const growth = sum(origins[n]!) / sum(origins[n]! - season);
      return row.map((value) => value * growth);
    });
  }
  return said;
}

/**
 * Return values with the last one that is there, whole multiples of `steps` before, in gaps.
 *
 * Where there is none, the last of any before; and before the first, the first.
 */
export function carried(values: readonly number[], steps: number): number[] {
  const filled = values.slice();
  for (let n = steps; n < filled.length; n++) {
    if (Number.isNaN(filled[n]!)) filled[n] = filled[n - steps]!;
  }
  let before = values.find((value) => !Number.isNaN(value)) ?? Number.NaN;
  return filled.map((value, n) => {
    if (!Number.isNaN(values[n]!)) before = values[n]!;
    return Number.isNaN(value) ? before : value;
  });
}

/** Return the mean error of the naive forecast one step ahead, by a season where there is one. */
export function naiveScale(past: readonly number[], season: number): number {
  const steps = season < past.length ? season : 1;
  return mean(past.slice(steps).map((value, n) => Math.abs(value - past[n]!))) ?? 0;
}

/** Return the mean of those numbers that are there, if any is. */
export function mean(values: readonly number[]): number | undefined {
  const there = values.filter((value) => !Number.isNaN(value));
  if (there.length === 0) return undefined;
  return there.reduce((sum, value) => sum + value, 0) / there.length;
}
