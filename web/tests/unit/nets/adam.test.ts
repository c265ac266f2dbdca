import { expect, test } from "vitest";
import { Adam } from "../../../src/nets/adam";

test("a step is the rate at first, whatever the gradient's size", () => {
  const parameters = Float64Array.of(1, 2, 3);
  new Adam(3, 0.1, 1).step(parameters, Float64Array.of(300, -0.4, 0));
  // 0.4 beside 300 is clipped to 0.0013, far above the 1e-8 that keeps from dividing by 0
  [0.9, 2.1, 3].forEach((value, i) => {
    expect(parameters[i]).toBeCloseTo(value, 5);
  });
});

test("means and squares are those of the clipped gradients", () => {
  const parameters = Float64Array.of(0);
  const adam = new Adam(1, 0.1, 1);
  adam.step(parameters, Float64Array.of(0.5));
  adam.step(parameters, Float64Array.of(-8));
  // the second gradient counts as −1: mean (0.9·0.05 − 0.1) / 0.19, square 0.00124975 / 0.001999
  const second = (0.1 * ((0.045 - 0.1) / 0.19)) / Math.sqrt(0.00124975 / 0.001999);
  expect(parameters[0]).toBeCloseTo(-0.1 - second, 6);
});

test("a gradient that is no number changes nothing", () => {
  const parameters = Float64Array.of(1);
  new Adam(1, 0.1, 1).step(parameters, Float64Array.of(Number.NaN));
  expect(parameters[0]).toBe(1);
});
