import { describe, expect, test } from "vitest";
import { compared, shareInterval, signTest, verdictOf } from "../../../src/lab/baselines/judged";
import { batchOf, lengthsOf, same } from "../../../src/lab/both/rows";
import { orderTest } from "../../../src/lab/mistakes/ordered";
import { answers, batch, moved } from "../../../src/lab/mistakes/swapped";
import { cosine, counts, saidOf } from "../../../src/lab/sequence/order";
import { linesOf, sizeOf } from "../../../src/lab/shapes/lines";
import { random, shuffled } from "../../../src/lab/small/random";
import { drawn, run, step, vectorOf } from "../../../src/lab/small/rnn";
import { wordsOf } from "../../../src/lab/small/words";

test("a step is that of docs/chapter.md", () => {
  const net = {
    W: [
      [0.5, -1],
      [0.25, 0.75],
    ],
    U: [
      [0, 0.5],
      [-0.5, 0],
    ],
    b: [0.1, -0.1],
  };
  const [first, second] = run(net, [
    [1, 2],
    [3, -1],
  ]);
  expect(first!.h.map((value) => value.toFixed(4))).toEqual(["-0.8854", "0.9289"]);
  expect(second!.h.map((value) => value.toFixed(4))).toEqual(["0.9957", "0.3299"]);
  expect(step(net, [3, -1], first!.h)).toEqual(second);
});

test("weights and words follow from seed and letters, within their bounds", () => {
  expect(drawn(3, 5, 4)).toEqual(drawn(3, 5, 4));
  expect(drawn(3, 5, 4)).not.toEqual(drawn(4, 5, 4));
  expect(Math.max(...drawn(3, 5, 4).W.flat().map(Math.abs))).toBeLessThanOrEqual(0.5);
  expect(vectorOf("dull", 3)).toEqual(vectorOf("dull", 3));
  expect(vectorOf("dull", 3)).not.toEqual(vectorOf("bull", 3));
});

test("words are letters and numbers, at most as many as there is room for", () => {
  expect(wordsOf("Don’t, STOP! größe", 2)).toEqual(["don’t", "stop"]);
  expect(wordsOf(" … ", 2)).toEqual([]);
});

describe("sequence", () => {
  test("two orders of the same words have one bag", () => {
    const a = ["not", "dull", "but", "not", "superb"];
    const table = counts(a, shuffled(a, random(4)));
    expect(table).toContainEqual(["not", 2, 2]);
    expect(cosine(table)).toBeCloseTo(1, 12);
    expect(cosine(counts(["a", "b"], ["b", "c"]))).toBeCloseTo(0.5, 12);
    expect(cosine(counts(["a"], []))).toBe(0);
  });

  test("a shuffle keeps mean and spread and loses what hangs on the order", () => {
    const values = Array.from({ length: 60 }, (_, n) => n + Math.sin(n));
    const [before, after] = [saidOf(values), saidOf(shuffled(values, random(1)))];
    for (const key of ["mean", "spread", "lowest", "highest"] as const)
      expect(after[key]).toBeCloseTo(before[key], 9);
    expect(before.before).toBeGreaterThan(0.9);
    expect(Math.abs(after.before)).toBeLessThan(0.3);
    expect(after.change).toBeGreaterThan(5 * before.change);
    expect(saidOf([1, 2, 4]).change).toBe(1.5);
  });
});

test("the class has the weights that torch's modules of these sizes have", () => {
  const lines = linesOf({ batch: 3, time: 5, embedding: 32, hidden: 64, vocabulary: 1000 });
  const weights = lines.flatMap((line) => line.weights ?? []);
  expect(Object.fromEntries(weights)).toEqual({
    "embedding.weight": [1000, 32],
    "rnn.weight_ih_l0": [64, 32],
    "rnn.weight_hh_l0": [64, 64],
    "rnn.bias_ih_l0": [64],
    "rnn.bias_hh_l0": [64],
    "fc.weight": [1, 64],
    "fc.bias": [1],
  });
  expect(weights.reduce((sum, [, shape]) => sum + sizeOf(shape), 0)).toBe(38337);
  const flows = Object.fromEntries(
    lines.flatMap((line) => line.out ?? []).map(({ name, shape }) => [name, shape]),
  );
  expect(flows.output).toEqual([3, 5, 64]);
  expect(flows.hidden).toEqual([1, 3, 64]);
  expect(flows.probability).toEqual([3, 1]);
});

test("rows that end early are read over padding, but for the longest", () => {
  const { output, printed, respected } = batchOf([5, 2, 3, 5]);
  expect(output.map((row) => row.length)).toEqual([5, 5, 5, 5]);
  expect(printed.map((state, row) => same(state, respected[row]!))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  // a row's own states know nothing of the others
  expect(batchOf([1, 2]).output[1]!.slice(0, 2)).toEqual(output[1]!.slice(0, 2));
  expect(lengthsOf("7,1 x 4", [3])).toEqual([7, 1, 4]);
  for (const text of ["9", "0, 2", "", "1 2 3 4 5 6"]) expect(lengthsOf(text, [3])).toEqual([3]);
});

describe("mistakes", () => {
  test("a row changes later rows where batch and time are swapped, and else itself alone", () => {
    const changed = (row: number, batchFirst: boolean) => {
      const before = answers(batch(), batchFirst);
      return answers(moved(batch(), row), batchFirst).map((steps, r) =>
        steps.some((value, t) => value !== before[r]![t]),
      );
    };
    expect(changed(0, false)).toEqual([true, true, true]);
    expect(changed(1, false)).toEqual([false, true, true]);
    expect(changed(1, true)).toEqual([false, true, false]);
  });

  test("the order test tells data with order from bags of words, on every seed", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const [ordered, bag] = [orderTest("ordered", seed, 400), orderTest("bag", seed, 400)];
      expect(ordered.low).toBeGreaterThan(20);
      expect(ordered.inOrder).toBeGreaterThan(0.8);
      expect(Math.abs(ordered.without - 0.5)).toBeLessThan(0.15);
      expect(bag.low).toBeLessThanOrEqual(0);
      expect(bag.inOrder).toBeGreaterThan(0.8);
    }
  });
});

describe("baselines", () => {
  test("intervals are Wilson's, and p is the exact sign test", () => {
    // as elman.judging.interval.share_interval says
    const [low, high] = shareInterval(88, 100);
    expect(low).toBeCloseTo(0.8018790050092597, 12);
    expect(high).toBeCloseTo(0.9300059359263032, 12);
    expect(signTest(6, 3)).toBeCloseTo(0.5078125, 12);
    expect(signTest(0, 0)).toBe(1);
    expect(signTest(10, 0)).toBeCloseTo(2 / 1024, 12);
    expect(signTest(600, 400)).toBeCloseTo(signTest(400, 600), 15);
    expect(signTest(600, 400)).toBeLessThan(1e-8);
  });

  test("lone rows add up to the figures", () => {
    for (const [n, a, b, apart] of [
      [25, 0.88, 0.85, 0.09],
      [400, 0.6, 0.9, 0],
      [1600, 0.99, 0.98, 0.4],
      [50, 0.5, 0.5, 0.03],
    ] as const) {
      const { model, opponent, onlyModel, onlyOpponent } = compared(n, a, b, apart);
      expect(onlyModel - onlyOpponent).toBe(model - opponent);
      expect(Math.min(onlyModel, onlyOpponent)).toBeGreaterThanOrEqual(0);
      expect(onlyModel).toBeLessThanOrEqual(Math.min(model, n - opponent));
      expect(onlyOpponent).toBeLessThanOrEqual(Math.min(opponent, n - model));
    }
  });

  test("the exercise's answer: open on 400 rows, sure on 800", () => {
    const [few, many] = [compared(400, 0.88, 0.85, 0.09), compared(800, 0.88, 0.85, 0.09)];
    expect([few.onlyModel, few.onlyOpponent, few.p.toFixed(3)]).toEqual([24, 12, "0.065"]);
    expect([many.onlyModel, many.onlyOpponent, many.p.toFixed(3)]).toEqual([48, 24, "0.006"]);
    expect([verdictOf(few), verdictOf(many)]).toEqual(["open", "model"]);
    expect(verdictOf(compared(800, 0.85, 0.88, 0.09))).toBe("opponent");
  });
});
