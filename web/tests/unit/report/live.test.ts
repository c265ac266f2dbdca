import { describe, expect, it } from "vitest";
import { type Ahead, aheadOf, readAhead, writtenAhead } from "../../../src/report/live/ahead";
import { rowsOf } from "../../../src/report/live/rows";
import { type Covariate, inWords } from "../../../src/runtime";
import { dashesOf, strokeOf } from "../../../src/ui/line-key";

const COVARIATES: Covariate[] = [
  { name: "temp", kind: "past", categories: [] },
  { name: "promo", kind: "future", categories: [] },
  { name: "day", kind: "future", categories: ["mon", "sat, late"] },
  { name: "size", kind: "static", categories: [] },
];
const [promo, day] = aheadOf(COVARIATES) as [Ahead, Ahead];
const blank = () => [1, 2].map(() => [9, 0, 0, 0, 9]);

describe("what is known ahead", () => {
  it("is what the future has, each from its own column on", () => {
    expect(aheadOf(COVARIATES).map(({ column }) => column)).toEqual([1, 2]);
  });

  it("is read as it was written, and touches no other column", () => {
    const rows = blank();
    readAhead(
      promo,
      writtenAhead(promo, [
        [9, 0.5],
        [9, Number.NaN],
      ]),
      rows,
    );
    expect(rows).toEqual([
      [9, 0.5, 0, 0, 9],
      [9, Number.NaN, 0, 0, 9],
    ]);
  });

  it("has categories by name", () => {
    const plain: Ahead = {
      covariate: { name: "day", kind: "future", categories: ["mon", "sat"] },
      column: 2,
    };
    const rows = blank();
    readAhead(plain, "sat, mon", rows);
    expect(rows).toEqual([
      [9, 0, 0, 1, 9],
      [9, 0, 1, 0, 9],
    ]);
    expect(writtenAhead(plain, rows)).toBe("sat, mon");
    readAhead(plain, "?, mon", rows);
    expect(writtenAhead(plain, rows)).toBe("?, mon");
    expect(() => readAhead(plain, "mon, tue", rows)).toThrow("day: “tue” is none of mon, sat");
  });

  it("has categories with a comma in their names, too", () => {
    const rows = blank();
    readAhead(day, "sat, late | mon", rows);
    expect(rows).toEqual([
      [9, 0, 0, 1, 9],
      [9, 0, 1, 0, 9],
    ]);
    expect(writtenAhead(day, rows)).toBe("sat, late| mon");
  });

  it("is one for each step", () => {
    const wanted = "promo: one for each of the 2 steps to come is needed, and here";
    expect(() => readAhead(promo, "1", blank())).toThrow(`${wanted} is 1`);
    expect(() => readAhead(promo, "", blank())).toThrow(`${wanted} are 0`);
    expect(() => readAhead(promo, "1 x", blank())).toThrow("promo: value 2, “x”, is not a number");
  });
});

describe("rows of a sensor", () => {
  it("are numbers, or missing", () => {
    expect(rowsOf("0.1, 2\n\n,3\r\n?;4", ["x", "y"])).toEqual([
      [0.1, 2],
      [Number.NaN, 3],
      [Number.NaN, 4],
    ]);
  });

  it("are refused by line where they are not", () => {
    expect(() => rowsOf("1,2\na,3", ["x", "y"])).toThrow("line 2: “a” is not a number");
    expect(() => rowsOf("1", ["x", "y"])).toThrow("line 1: 1 number; expected 2, of x, y");
  });
});

it("an answer in words is a class, labels, none of them, or not known", () => {
  const said = { probability: 1, probabilities: {} };
  expect(inWords({ ...said, label: "good" })).toBe("good");
  expect(inWords({ ...said, label: null })).toBe("don't know");
  expect(inWords({ ...said, label: null, labels: ["food", "price"] })).toBe("food, price");
  expect(inWords({ ...said, label: null, labels: [] })).toBe("(none)");
  expect(inWords({ ...said, label: null, labels: null })).toBe("don't know");
});

it("no two of the first lines look alike", () => {
  const looks = Array.from({ length: 20 }, (_, n) => `${strokeOf(n)} ${dashesOf(n)}`);
  expect(new Set(looks).size).toBe(20);
});
