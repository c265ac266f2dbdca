import { pick, random, shuffled } from "../small/random";

export const KINDS = ["ordered", "bag"] as const;
export type Kind = (typeof KINDS)[number];

export interface Row {
  words: string[];
  good: boolean;
}

const GOOD = ["superb", "lovely", "bright", "warm"];
const BAD = ["dull", "stale", "gloomy", "rude"];

const WRONG = 0.1;

/**
 * Made-up reviews; one label in ten is wrong, so that no reader can be right about all.
 *
 * In "ordered" each has one good and one bad word, and the one after "but" decides: the words of
 * both labels are the same. In "bag" two words say it, wherever they stand.
 */
export function rowsOf(kind: Kind, count: number, draw: () => number): Row[] {
  return Array.from({ length: count }, () => {
    const good = draw() < 0.5;
    const [said, other] = good ? [GOOD, BAD] : [BAD, GOOD];
    const words =
      kind === "ordered"
        ? ["the", "film", "was", pick(other, draw), "but", "the", "end", "was", pick(said, draw)]
        : shuffled(
            ["the", "film", "was", pick(said, draw), "and", "the", "end", pick(said, draw)],
            draw,
          );
    return { words, good: draw() < WRONG ? !good : good };
  });
}

export interface OrderTest {
  /** Rows judged. */
  n: number;
  /** Share right with the words in order, and with the words of every row shuffled. */
  inOrder: number;
  without: number;
  /** Points lost without order, and their 95 % interval over the rows judged. */
  lost: number;
  low: number;
  high: number;
}

/**
 * Learns from rows in order and judges on others, then once more with all words shuffled.
 *
 * The reader counts which word stands at which place under which label (naive Bayes): it is the
 * simplest that can use order at all.
 */
export function orderTest(kind: Kind, seed: number, n: number): OrderTest {
  const draw = random(seed);
  const [training, judged] = [rowsOf(kind, 400, draw), rowsOf(kind, n, draw)];
  const mixed = (rows: Row[]) => rows.map((row) => ({ ...row, words: shuffled(row.words, draw) }));
  const right = rightOf(training, judged);
  const rightMixed = rightOf(mixed(training), mixed(judged));
  const differences = right.map((value, row) => value - rightMixed[row]!);
  const lost = mean(differences);
  const spread = Math.sqrt(mean(differences.map((value) => (value - lost) ** 2)) / n);
  return {
    n,
    inOrder: mean(right),
    without: mean(rightMixed),
    lost: 100 * lost,
    low: 100 * (lost - 1.96 * spread),
    high: 100 * (lost + 1.96 * spread),
  };
}

function rightOf(training: readonly Row[], judged: readonly Row[]): number[] {
  const seen = new Map<string, [number, number]>();
  for (const { words, good } of training)
    for (const [place, word] of words.entries()) {
      const key = `${place} ${word}`;
      const count = seen.get(key) ?? [1, 1];
      count[good ? 1 : 0] += 1;
      seen.set(key, count);
    }
  return judged.map(({ words, good }) => {
    const score = words.reduce((sum, word, place) => {
      const [bad, fine] = seen.get(`${place} ${word}`) ?? [1, 1];
      return sum + Math.log(fine / bad);
    }, 0);
    return score > 0 === good ? 1 : 0;
  });
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
