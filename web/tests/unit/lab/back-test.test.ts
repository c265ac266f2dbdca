import { expect, it } from "vitest";
import { errorsOf, originsOf } from "../../../src/lab/forecast/back-test";
import { valuesOf, written } from "../../../src/ui/values";

it("origins are the last whose whole horizon is known", () => {
  expect(originsOf(10, 3, 2, 4)).toEqual([4, 5, 6, 7]);
  expect(originsOf(10, 3, 6, 4)).toEqual([6, 7]);
  expect(originsOf(3, 3, 0, 4)).toEqual([]);
});

it("errors are means over what is there, in units of the naive error before", () => {
  const values = [1, 3, 2, 6, Number.NaN, 9];
  const said = {
    one: [
      [4, 7],
      [5, 8],
    ],
  };
  // off by 2 and nothing known; nothing known and 1
  const [one] = errorsOf(values, [3, 4], 1, said);
  expect(one).toEqual({ name: "one", mae: 1.5, mase: 1, bySteps: [2, 1] });
  expect(errorsOf([5, 5, 5, 6], [3], 1, { flat: [[5]] })[0]!.mase).toBe(null);
});

it("values are read, gaps kept, and what is no number is named", () => {
  expect(valuesOf("1 2.5, -3;\n?\n4e2")).toEqual([1, 2.5, -3, Number.NaN, 400]);
  expect(written([1, Number.NaN, 2.5])).toBe("1 ? 2.5");
  expect(() => valuesOf("1 two 3")).toThrow("value 2, “two”, is not a number");
  expect(() => valuesOf("1 Infinity")).toThrow("“Infinity”");
});
