import { expect, test } from "vitest";
import { Random } from "../../../src/nets/random";
import { drawn, orthogonal, startOf, startsOf } from "../../../src/nets/starts";
import { KINDS } from "../../../src/nets/weights";

test("an orthogonal start keeps lengths and angles, times its gain", () => {
  const n = 17;
  const rows = orthogonal(n, 0.9, new Random(3));
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      let dot = 0;
      for (let k = 0; k < n; k++) dot += rows[i * n + k]! * rows[j * n + k]!;
      expect(dot).toBeCloseTo(i === j ? 0.81 : 0, 12);
    }
  }
});

test("torch's own start stays within 1/√H, everywhere", () => {
  const weights = drawn("gru", 4, 16, startOf("torch", "gru"), 9, new Random(1));
  for (const array of [weights.weight_ih, weights.weight_hh, weights.bias_ih, weights.bias_hh]) {
    const most = Math.max(...array.map(Math.abs));
    expect(most).toBeLessThanOrEqual(0.25);
    expect(most).toBeGreaterThan(0.2);
  }
});

test("a latch is the identity in the gate that writes, and the gates begin blind", () => {
  const { weight_hh, bias_ih } = drawn("lstm", 2, 3, startOf("latch", "lstm"), 9, new Random(1));
  const eye = [4, 0, 0, 0, 4, 0, 0, 0, 4];
  const none = Array(9).fill(0);
  expect([...weight_hh]).toEqual([...none, ...none, ...eye, ...none]);
  expect([...bias_ih]).toEqual([0, 0, 0, 1, 1, 1, 0, 0, 0, 0, 0, 0]);
});

test("chrono lets an LSTM keep for 1 to longest steps, and takes in what it lets go", () => {
  const H = 400;
  const { bias_ih, bias_hh } = drawn("lstm", 2, H, startOf("chrono", "lstm"), 50, new Random(1));
  const times = [...bias_ih.subarray(H, 2 * H)].map(Math.exp);
  expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...times)).toBeLessThanOrEqual(49);
  expect(times.reduce((sum, time) => sum + time) / H).toBeCloseTo(25, -0.7);
  for (let u = 0; u < H; u++) expect(bias_ih[u]).toBe(-bias_ih[H + u]!);
  expect(Math.max(...bias_hh.subarray(0, 2 * H).map(Math.abs))).toBe(0);
});

test("every start that a cell has can be drawn, and the gate that keeps hears its bias", () => {
  for (const kind of KINDS) {
    for (const name of startsOf(kind)) {
      const start = { ...startOf(name, kind), keep: 2.5 };
      const weights = drawn(kind, 5, 7, start, 20, new Random(2));
      expect([...weights.weight_hh].every(Number.isFinite)).toBe(true);
      const set = !["torch", "chrono"].includes(name) && kind !== "rnn";
      expect(weights.bias_ih[7] === 2.5).toBe(set);
    }
  }
});
