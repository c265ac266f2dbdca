import { random } from "../small/random";
import { drawn, type SmallRnn, step } from "../small/rnn";

export const ROWS = 3;
export const STEPS = 4;
const NET = drawn(11, 1, 2);

/** A batch (rows, steps) of single numbers; it follows from nothing but its place. */
export function batch(): number[][] {
  const draw = random(5);
  return Array.from({ length: ROWS }, () => Array.from({ length: STEPS }, () => 2 * draw() - 1));
}

/** The same with 1 added to every step of one row. */
export function moved(values: readonly (readonly number[])[], row: number): number[][] {
  return values.map((steps, n) => steps.map((value) => (n === row ? value + 1 : value)));
}

/**
 * The first unit after each place of the batch, (rows, steps).
 *
 * A layer that is told `batch_first` goes along the steps of a row. One that is not takes the first
 * axis for time: it goes from row to row, and each column is a sequence.
 */
export function answers(values: readonly (readonly number[])[], batchFirst: boolean): number[][] {
  return batchFirst
    ? values.map((row) => along(NET, row))
    : turned(turned(values).map((column) => along(NET, column)));
}

function along(net: SmallRnn, values: readonly number[]): number[] {
  let h: readonly number[] = net.b.map(() => 0);
  return values.map((value) => {
    h = step(net, [value], h).h;
    return h[0]!;
  });
}

function turned(values: readonly (readonly number[])[]): number[][] {
  return (values[0] ?? []).map((_, t) => values.map((row) => row[t]!));
}
