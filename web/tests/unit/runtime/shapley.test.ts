import { expect, it } from "vitest";
import { Random } from "../../../src/runtime/explain/random";
import { type Growing, ordersFor, shapley } from "../../../src/runtime/explain/shapley";

/** A game of three in which 0 and 1 are worth 6 together, 2 is worth 1, and 2 spoils 0 by 3. */
const growing: Growing = (order) =>
  Array.from({ length: order.length + 1 }, (_, n) => {
    const there = new Set(order.slice(0, n));
    const both = there.has(0) && there.has(1) ? 6 : 0;
    const spoilt = there.has(0) && there.has(2) ? -3 : 0;
    return 10 + both + (there.has(2) ? 1 : 0) + spoilt;
  });

it("shares what two do together in halves", () => {
  const { values, start, end, error, orders } = shapley(growing, 3, 4000, 7);
  expect([start, end, orders]).toEqual([10, 14, 4000]);
  [1.5, 3, -0.5].forEach((value, n) => {
    expect(Math.abs(values[n]! - value)).toBeLessThanOrEqual(5 * error);
  });
  expect(values[0]! + values[1]! + values[2]!).toBeCloseTo(4, 10);
});

it("draws at least two pairs of orders, and as many of long texts as are worth it", () => {
  expect(shapley(growing, 3, 1).orders).toBe(4);
  expect([1, 30, 100, 500].map((steps) => ordersFor(steps, 2000))).toEqual([256, 256, 50, 4]);
  expect(ordersFor(10, 1_000_000)).toBe(58);
});

it("draws permutations in which every place is as likely", () => {
  const random = new Random(1);
  const counts = [0, 0, 0, 0, 0];
  for (let n = 0; n < 5000; n++) {
    const order = random.permutation(5);
    expect(order.slice().sort()).toEqual([0, 1, 2, 3, 4]);
    counts[order.indexOf(0)]!++;
  }
  for (const count of counts) {
    expect(Math.abs(count - 1000)).toBeLessThan(150);
  }
});
