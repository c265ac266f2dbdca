import { describe, expect, it } from "vitest";
import { powerTicks, wholeTicks } from "../../../src/ui/ticks";

describe("ticks of whole numbers", () => {
  it("are never between two of them, and as many as there is room for", () => {
    expect(wholeTicks(1, 8, 900, 1)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(wholeTicks(1, 1, 900, 1)).toEqual([1]);
    expect(wholeTicks(1, 100, 300, 3)).toEqual([20, 40, 60, 80, 100]);
  });

  it("leave room for dates on a phone", () => {
    expect(wholeTicks(0, 35, 280, 10)).toEqual([0, 20]);
    expect(wholeTicks(0, 35, 840, 10)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
    expect(wholeTicks(0, 35, 5, 30)).toEqual([0]);
  });
});

describe("ticks of powers", () => {
  it("are powers of ten, or 1, 2 and 5 where the values lie close", () => {
    expect(powerTicks([0.003, 40])).toEqual([0.001, 0.01, 0.1, 1, 10, 100]);
    expect(powerTicks([1.5, 7])).toEqual([1, 2, 5, 10]);
    expect(powerTicks([3])).toEqual([1, 2, 5, 10]);
    expect(powerTicks([1e-9, 1e3]).length).toBeLessThanOrEqual(7);
    expect(powerTicks([0, -1])).toEqual([]);
  });
});
