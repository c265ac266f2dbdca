import { expect, test } from "vitest";
import { apart } from "../../../src/lab/cell/over-time";

test("names of lines that end together stand one above the other", () => {
  const point = (line: string, value: number) => ({ step: 8, value, line });
  const placed = apart([point("f", 0.5), point("i", 0.1), point("g", 0.12)], 0.1);
  expect(placed.map(({ line }) => line)).toEqual(["i", "g", "f"]);
  expect(placed.map(({ value }) => +value.toFixed(2))).toEqual([0.1, 0.2, 0.5]);
});
