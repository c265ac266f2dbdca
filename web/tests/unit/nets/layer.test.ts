import { describe, expect, test } from "vitest";
import { backward, forward, project, step, type Tape } from "../../../src/nets/layer";
import { Random } from "../../../src/nets/random";
import { trace, walk } from "../../../src/nets/trace";
import { GATES, KINDS, type Kind, sizesOf, type Weights } from "../../../src/nets/weights";
import table from "./cells.json";

/** float32 there, float64 here, five steps; a permuted gate is off by far more. */
const AS_NUMPY = 1e-5;

/** Central differences of a smooth function in float64, relative. */
const AS_DIFFERENCES = 1e-6;

describe.each(table)("the $kind", (row) => {
  const weights: Weights = {
    kind: row.kind as Kind,
    inputs: 2,
    units: 3,
    weight_ih: Float64Array.from(row.weight_ih.flat()),
    weight_hh: Float64Array.from(row.weight_hh.flat()),
    bias_ih: Float64Array.from(row.bias_ih),
    bias_hh: Float64Array.from(row.bias_hh),
  };
  const [T, B] = [row.x.length, row.x[0]!.length];
  const x = Float64Array.from(row.x.flat(2));
  const rows = Int32Array.from({ length: T * B }, (_, i) => i);

  test("says what elman's numpy cell says", () => {
    const tape = forward(weights, project(weights, x), rows, B);
    const expected = row.h.flat(2);
    expect(expected).toHaveLength(T * B * 3);
    const found = tape.h.subarray(B * 3);
    expected.forEach((value, i) => {
      expect(Math.abs(found[i]! - value), `h ${i}`).toBeLessThan(AS_NUMPY);
    });
  });

  test("taken apart, adds up to the value that it has", () => {
    const one = row.x.map((step) => step[1]!);
    const tape = walk(weights, one);
    for (let t = 0; t < T; t++) {
      GATES[weights.kind].forEach((_, gate) => {
        for (let unit = 0; unit < 3; unit++) {
          const seen = trace(weights, one, tape, t, gate, unit);
          const sum = [
            ...seen.outer,
            ...seen.inner.map((term) => ({
              product: term.product * seen.factor,
            })),
          ].reduce((total, term) => total + term.product, 0);
          expect(sum).toBeCloseTo(seen.sum, 12);
          const value = seen.squash === "tanh" ? Math.tanh(sum) : 1 / (1 + Math.exp(-sum));
          expect(value).toBeCloseTo(seen.value, 12);
        }
      });
    }
  });
});

/** A random layer with shared rows of input, and a random loss by its last state. */
function scene(kind: Kind) {
  const random = new Random(5);
  const [I, H, T, B] = [3, 5, 6, 2];
  const array = (length: number) => Float64Array.from({ length }, () => 0.7 * random.normal());
  const sizes = sizesOf(kind, I, H);
  const weights: Weights = {
    kind,
    inputs: I,
    units: H,
    weight_ih: array(sizes.weight_ih),
    weight_hh: array(sizes.weight_hh),
    bias_ih: array(sizes.bias_ih),
    bias_hh: array(sizes.bias_hh),
  };
  const projected = array(4 * sizes.bias_ih);
  const rows = Int32Array.from({ length: T * B }, () => random.below(4));
  const v = array(B * H);
  const loss = () => {
    const h = forward(weights, projected, rows, B).h.subarray(T * B * H);
    return h.reduce((sum, value, i) => sum + value * v[i]!, 0);
  };
  return { weights, projected, rows, v, loss, T, B, H };
}

describe.each(KINDS)("gradients of the %s", (kind) => {
  test("are the differences of the loss", () => {
    const { weights, projected, rows, v, loss, B } = scene(kind);
    const found = backward(weights, projected, forward(weights, projected, rows, B), v.slice());
    const check = (name: string, array: Float64Array, gradient: Float64Array) => {
      expect(gradient.length).toBe(array.length);
      const most = Math.max(...gradient.map(Math.abs));
      expect(most, name).toBeGreaterThan(1e-3);
      array.forEach((value, i) => {
        const h = 1e-5;
        array[i] = value + h;
        const above = loss();
        array[i] = value - h;
        const below = loss();
        array[i] = value;
        const difference = (above - below) / (2 * h);
        expect(Math.abs(gradient[i]! - difference) / most, `${name} ${i}`).toBeLessThan(
          AS_DIFFERENCES,
        );
      });
    };
    check("projected", projected, found.projected);
    check("weight_hh", weights.weight_hh, found.weight_hh);
    check("bias_hh", weights.bias_hh, found.bias_hh);
  });

  test("by the states in between are differences too", () => {
    const { weights, projected, rows, v, T, B, H } = scene(kind);
    const tape = forward(weights, projected, rows, B);
    const seen = new Map<number, { dh: Float64Array; dc: Float64Array }>();
    backward(weights, projected, tape, v.slice(), (t, dh, dc) => {
      seen.set(t, { dh: dh.slice(), dc: dc.slice() });
    });
    expect([...seen.keys()]).toEqual([6, 5, 4, 3, 2, 1, 0]);
    for (const from of [0, 2, 5]) {
      const { dh, dc } = seen.get(from)!;
      expect(dh.length).toBe(B * H);
      dh.forEach((value, i) => {
        expect(value).toBeCloseTo(difference("h", i), 7);
      });
      dc.forEach((value, i) => {
        expect(value).toBeCloseTo(difference("c", i), 7);
      });
      function difference(which: "h" | "c", i: number): number {
        const moved = (by: number) => {
          const h = tape.h.slice(from * B * H, (from + 1) * B * H);
          const c = tape.c.slice(from * B * H, (from + 1) * B * H);
          (which === "h" ? h : c)[i]! += by;
          const gates = new Float64Array(B * GATES[kind].length * H);
          const inner = new Float64Array(B * H);
          for (let t = from; t < T; t++) {
            const at = rows.subarray(t * B, (t + 1) * B);
            step(weights, projected, at, { h, c, gates, inner, next_h: h, next_c: c });
          }
          return h.reduce((sum, value, j) => sum + value * v[j]!, 0);
        };
        return (moved(1e-5) - moved(-1e-5)) / 2e-5;
      }
    }
  });
});

test("sequences do not hear each other", () => {
  for (const kind of KINDS) {
    const { weights, projected, rows, B, H, T } = scene(kind);
    const both: Tape = forward(weights, projected, rows, B);
    const second = forward(
      weights,
      projected,
      rows.filter((_, i) => i % B === 1),
      1,
    );
    expect([...second.h.subarray(T * H)]).toEqual([...both.h.subarray(T * B * H + H)]);
  }
});
