import { describe, expect, test } from "vitest";
import { flowOf, halfLife } from "../../../src/nets/flow";
import { type Asked, Learner, netOf } from "../../../src/nets/learner";
import { Random } from "../../../src/nets/random";
import { SIGNS, SYMBOLS, sequences } from "../../../src/nets/recall";
import { startOf } from "../../../src/nets/starts";
import { KINDS } from "../../../src/nets/weights";

const asked = (some: Partial<Asked> = {}): Asked => ({
  kind: "rnn",
  units: 12,
  start: startOf("latch", some.kind ?? "rnn"),
  steps: 6,
  grow: true,
  vary: true,
  seed: 4,
  ...some,
});

describe("the recall task", () => {
  test("is a symbol, then noise, and follows from its seed", () => {
    const signs = sequences(5, 7, new Random(9));
    expect(signs).toHaveLength(35);
    expect([...signs.subarray(0, 5)].every((sign) => sign < SYMBOLS)).toBe(true);
    expect([...signs.subarray(5)].every((sign) => sign >= SYMBOLS && sign < SIGNS)).toBe(true);
    expect(sequences(5, 7, new Random(9))).toEqual(signs);
    expect(sequences(5, 7, new Random(10))).not.toEqual(signs);
  });

  test("draws every sign", () => {
    expect(new Set(sequences(200, 5, new Random(1))).size).toBe(SIGNS);
  });
});

describe.each(KINDS)("a net of %s", (kind) => {
  test("has the gradient of its loss, by every parameter", () => {
    const net = netOf(asked({ kind, units: 3, start: { ...startOf("latch", kind), input: 0.7 } }));
    const signs = sequences(4, 5, new Random(2));
    net.learn(signs, 4);
    const gradient = net.gradient.slice();
    const most = Math.max(...gradient.map(Math.abs));
    net.parameters.forEach((value, i) => {
      net.parameters[i] = value + 1e-5;
      const above = net.judge(signs, 4).loss;
      net.parameters[i] = value - 1e-5;
      const below = net.judge(signs, 4).loss;
      net.parameters[i] = value;
      const difference = (above - below) / 2e-5;
      expect(Math.abs(gradient[i]! - difference) / most, `parameter ${i}`).toBeLessThan(1e-6);
    });
  });

  test("learns: its loss falls, the same way every time", () => {
    const losses = () => {
      const learner = new Learner(asked({ kind }));
      return Array.from({ length: 150 }, () => learner.step().loss);
    };
    const found = losses();
    const mean = (part: number[]) => part.reduce((sum, loss) => sum + loss) / part.length;
    expect(mean(found.slice(-10))).toBeLessThan(0.8 * mean(found.slice(0, 10)));
    expect(losses()).toEqual(found);
  });
});

test("another seed learns otherwise, and each option changes what is drawn", () => {
  const first = (some: Partial<Asked>) => {
    const learner = new Learner(asked({ steps: 30, ...some }));
    return [learner.step(), learner.step()].map(({ length, loss }) => [length, loss]);
  };
  const usual = first({});
  expect(first({ seed: 5 })).not.toEqual(usual);
  expect(first({ vary: false })).not.toEqual(usual);
  expect(usual[0]![0]).toBe(10);
  expect(first({ grow: false })[0]![0]).toBe(30);
});

describe("the flow of the gradient", () => {
  test("of a linear turn is kept, and halves as its gain says", () => {
    const start = { name: "orthogonal", gain: 0.8, input: 0, keep: 0 } as const;
    const flow = flowOf(netOf(asked({ units: 9, start })), 20, 0);
    expect(flow.mean).toHaveLength(21);
    flow.mean.forEach((value, k) => {
      expect(value).toBeCloseTo(0.8 ** k, 9);
    });
    expect(flow.halfLife).toBeCloseTo(Math.LN2 / -Math.log(0.8), 6);
    const kept = flowOf(netOf(asked({ units: 9, start: { ...start, gain: 1 } })), 20, 0);
    expect(kept.halfLife).toBe(Number.POSITIVE_INFINITY);
  });

  test("spreads between the least and the most of its sequences", () => {
    const flow = flowOf(netOf(asked({ kind: "gru", start: startOf("torch", "gru") })), 15, 3);
    expect(flow.mean[0]).toBe(1);
    for (let k = 1; k <= 15; k++) {
      expect(flow.least[k]!).toBeLessThan(flow.mean[k]!);
      expect(flow.most[k]!).toBeGreaterThan(flow.mean[k]!);
    }
    expect(flow.halfLife).toBeGreaterThan(0);
    expect(flow.halfLife).toBeLessThan(15);
  });

  test("ends where it is rounding", () => {
    expect(halfLife([1, 0.5, 0.25, 0, 0.9])).toBeCloseTo(1, 12);
    expect(halfLife([1, 1e-13])).toBe(0);
    expect(halfLife([1, 0.25])).toBeCloseTo(0.5, 12);
  });
});
