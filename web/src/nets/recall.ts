import type { Random } from "./random";

/**
 * The recall task: a symbol, then noise, then name the symbol. How far back can a cell be taught?
 *
 * One of 8 symbols stands at the first of T steps, the others are drawn from 10 further signs;
 * after the last step the net names the symbol. Chance is 1/8.
 */
export const SYMBOLS = 8;

export const SIGNS = SYMBOLS + 10;

/** n sequences of T signs, sign t of sequence i at t·n + i; the symbols are the first n of them. */
export function sequences(n: number, steps: number, random: Random): Int32Array {
  const signs = new Int32Array(n * steps);
  for (let i = 0; i < n; i++) signs[i] = random.below(SYMBOLS);
  for (let i = n; i < signs.length; i++) signs[i] = SYMBOLS + random.below(SIGNS - SYMBOLS);
  return signs;
}
