import { random } from "./random";

/** A plain recurrent layer small enough to be read: h' = tanh(W x + b + U h). */
export interface SmallRnn {
  /** (H, I) */
  W: readonly (readonly number[])[];
  /** (H, H) */
  U: readonly (readonly number[])[];
  /** (H) */
  b: readonly number[];
}

/** The sums of one step, from which its state is made. */
export interface Step {
  x: readonly number[];
  /** W x + b */
  fromInput: readonly number[];
  /** U h */
  fromState: readonly number[];
  h: readonly number[];
}

/** Weights between -1/√H and 1/√H, as torch draws them; they follow from the seed. */
export function drawn(seed: number, inputs: number, units: number): SmallRnn {
  const draw = random(seed);
  const bound = 1 / Math.sqrt(units);
  const row = (length: number) => Array.from({ length }, () => (2 * draw() - 1) * bound);
  return {
    W: Array.from({ length: units }, () => row(inputs)),
    U: Array.from({ length: units }, () => row(units)),
    b: row(units),
  };
}

export function step(net: SmallRnn, x: readonly number[], h: readonly number[]): Step {
  const fromInput = times(net.W, x).map((sum, unit) => sum + net.b[unit]!);
  const fromState = times(net.U, h);
  return { x, fromInput, fromState, h: fromInput.map((sum, n) => Math.tanh(sum + fromState[n]!)) };
}

/** All steps of one sequence, from a state of zeros. */
export function run(net: SmallRnn, xs: readonly (readonly number[])[]): Step[] {
  let h: readonly number[] = net.b.map(() => 0);
  return xs.map((x) => {
    const made = step(net, x, h);
    h = made.h;
    return made;
  });
}

export function times(rows: readonly (readonly number[])[], x: readonly number[]): number[] {
  return rows.map((row) => row.reduce((sum, weight, n) => sum + weight * x[n]!, 0));
}

/** A word as numbers from -1 to 1 that follow from its letters: no meaning, only the same always. */
export function vectorOf(word: string, size: number): number[] {
  let hash = 2166136261;
  for (const letter of word) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619);
  const draw = random(hash);
  return Array.from({ length: size }, () => 2 * draw() - 1);
}
