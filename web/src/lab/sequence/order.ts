/** How often each word stands in each of two texts; words in the order they come. */
export function counts(a: readonly string[], b: readonly string[]): [string, number, number][] {
  const words = [...new Set([...a, ...b])];
  const count = (text: readonly string[], word: string) => text.filter((w) => w === word).length;
  return words.map((word) => [word, count(a, word), count(b, word)]);
}

/** The cosine between two bags of words: 1 where they hold the same words in the same shares. */
export function cosine(table: readonly [string, number, number][]): number {
  const sum = (of: (a: number, b: number) => number) =>
    table.reduce((total, [, a, b]) => total + of(a, b), 0);
  const size = Math.sqrt(sum((a) => a * a) * sum((_, b) => b * b));
  return size === 0 ? 0 : sum((a, b) => a * b) / size;
}

export interface Said {
  mean: number;
  /** The standard deviation. */
  spread: number;
  lowest: number;
  highest: number;
  /** The mean size of the step from a value to the next. */
  change: number;
  /** The correlation of each value with the one before it. */
  before: number;
}

/** What can be said of a series: the first four know no order, the last two are of the order. */
export function saidOf(values: readonly number[]): Said {
  const mean = average(values);
  const apart = values.map((value) => value - mean);
  const variance = average(apart.map((value) => value * value));
  return {
    mean,
    spread: Math.sqrt(variance),
    lowest: Math.min(...values),
    highest: Math.max(...values),
    change: average(values.slice(1).map((value, n) => Math.abs(value - values[n]!))),
    before:
      apart.slice(1).reduce((sum, value, n) => sum + value * apart[n]!, 0) /
      (variance * values.length),
  };
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
