/** Room of a tick's label beside its letters, and of a letter, in pixels of a chart's font. */
const GAP = 18;
const LETTER = 7;
const MOST_POWERS = 6;

/**
 * Whole numbers between two ends, evenly apart, as many as their labels leave room for.
 *
 * @param width - of the axis, in pixels.
 * @param letters - of the longest label.
 */
export function wholeTicks(from: number, to: number, width: number, letters: number): number[] {
  const most = Math.max(Math.floor(width / (letters * LETTER + GAP)), 1);
  const least = (to - from) / most;
  const size = 10 ** Math.floor(Math.log10(Math.max(least, 1)));
  const step = [1, 2, 5, 10].map((one) => one * size).find((each) => each >= least) ?? 1;
  const first = Math.ceil(from / step) * step;
  const count = Math.floor((to - first) / step) + 1;
  return Array.from({ length: Math.max(count, 0) }, (_, n) => first + n * step);
}

/** Powers of ten around some positive values; of values that lie close, also 2 and 5 times them. */
export function powerTicks(values: readonly number[]): number[] {
  const powers = values.filter((value) => value > 0).map(Math.log10);
  if (powers.length === 0) return [];
  const [first, last] = [Math.floor(Math.min(...powers)), Math.ceil(Math.max(...powers))];
  const each = last - first > 2 ? [1] : [1, 2, 5];
  const every = Math.ceil((last - first) / MOST_POWERS) || 1;
  const ticks: number[] = [];
  for (let power = first; power <= last; power += every)
    for (const one of power < last ? each : [1]) ticks.push(Number(`${one}e${power}`));
  return ticks;
}
