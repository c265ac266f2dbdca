/** Places of words in an earlier text and in a later one that stand for each other. */
export type Pair = readonly [was: number, is: number];

/**
 * Which words of two texts stand for each other: from the start, from the end, and between them one
 * by one as far as both go.
 */
export function aligned(was: readonly string[], is: readonly string[]): Pair[] {
  const shorter = Math.min(was.length, is.length);
  let start = 0;
  while (start < shorter && was[start] === is[start]) start++;
  let end = 0;
  while (end < shorter - start && was.at(-1 - end) === is.at(-1 - end)) end++;
  const from = (count: number) => Array.from({ length: count }, (_, n) => n);
  return [
    ...from(shorter - end).map((n): Pair => [n, n]),
    ...from(end).map((n): Pair => [was.length - end + n, is.length - end + n]),
  ];
}

/** Half of by how much each unit differs: from -1 to 1, as states are. */
export function halfApart(was: ArrayLike<number>, is: ArrayLike<number>): Float32Array {
  return Float32Array.from(is, (value, unit) => (value - (was[unit] ?? 0)) / 2);
}

/** The largest difference of two states. */
export function farthest(was: ArrayLike<number>, is: ArrayLike<number>): number {
  return 2 * halfApart(was, is).reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}
