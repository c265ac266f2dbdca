import { random } from "../small/random";
import { drawn, run } from "../small/rnn";

export const UNITS = 3;
const FEATURES = 2;
const NET = drawn(7, FEATURES, UNITS);

/** A batch of rows of unlike length, padded to the longest with zeros. */
export interface Batch {
  /** The state after every step, padding included: (B, T, H) */
  output: number[][][];
  lengths: readonly number[];
  /** Where every row ends as the printed class reads it: at the last step, (B, H). */
  printed: number[][];
  /** Where every row really ends: (B, H) */
  respected: number[][];
}

/** What a small layer makes of rows with these lengths, run over their padding. */
export function batchOf(lengths: readonly number[]): Batch {
  const longest = Math.max(...lengths);
  const output = lengths.map((length, row) => {
    const draw = random(row + 1);
    const xs = Array.from({ length: longest }, (_, t) =>
      Array.from({ length: FEATURES }, () => {
        const value = 4 * draw() - 2;
        return t < length ? value : 0;
      }),
    );
    return run(NET, xs).map(({ h }) => [...h]);
  });
  return {
    output,
    lengths,
    printed: output.map((row) => row[longest - 1]!),
    respected: output.map((row, n) => row[lengths[n]! - 1]!),
  };
}

/** Reads "5, 2, 3": whole numbers from 1 to 8, at most five rows; else the lengths given. */
export function lengthsOf(text: string, otherwise: readonly number[]): readonly number[] {
  const parts = text.match(/\d+/g)?.map(Number) ?? [];
  const within = parts.length >= 1 && parts.length <= 5 && parts.every((n) => n >= 1 && n <= 8);
  return within ? parts : otherwise;
}

export function same(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, n) => value === b[n]);
}
