import { describe, expect, it } from "vitest";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { type Calendar, dateAt } from "../../src/runtime/series/calendar";
import { type Forecast, type Interval, SeriesModel } from "../../src/runtime/series/model";
import { casesOf, expectNear } from "./cases";

interface Case {
  name: string;
  packed: Packed;
  kept: { name: string; values: (number | null)[]; dates: string[]; said: Forecast }[];
  /** Other values in place of the newest, and rows beside them, some not known. */
  after: {
    values: number[];
    rows: (number | null)[][] | null;
    made: boolean;
    said: Forecast;
  }[];
  /** Where a model reads covariates, values alone are refused. */
  items?: { values: (number | null)[]; said: Forecast }[];
  stream?: Forecast[];
}

interface Cases {
  models: Case[];
  calendars: { calendar: Calendar; positions: number[]; dates: string[] }[];
}

const cases = casesOf<Cases>("series");

function given(values: (number | null)[]): number[] {
  return values.map((value) => value ?? Number.NaN);
}

function expectSame(found: Forecast, wanted: Forecast) {
  expect(found.name).toBe(wanted.name);
  expect(found.dates).toEqual(wanted.dates);
  expectNear(found.values, wanted.values);
  expect(Object.keys(found.intervals)).toEqual(Object.keys(wanted.intervals));
  const ends = (intervals: Record<string, Interval>) =>
    Object.values(intervals).flatMap(({ lower, upper }) => [...lower, ...upper]);
  expectNear(ends(found.intervals), ends(wanted.intervals));
}

describe.each(cases.models)("$name", ({ packed, kept, after, items, stream }) => {
  const model = new SeriesModel(unpacked(packed));

  it("goes on with the series that it learnt from, under their dates", () => {
    expect(model.series.length).toBe(kept.length);
    kept.forEach(({ name, values, dates, said }, n) => {
      expect(model.series[n]).toEqual({ name, values: given(values), dates });
      expectSame(model.forecast(n), said);
    });
  });

  it("goes on with other values in place of the newest, and holds what is not known", () => {
    after.forEach(({ values, rows, made, said }, n) => {
      const kept = model.series[n]!.values.length;
      const held = model.held(rows?.map(given) ?? [], kept);
      expect(held.made).toBe(made);
      expectSame(model.after(n, values, held.rows), said);
    });
  });

  it.runIf(items === undefined)("refuses values alone, by the names of what it reads", () => {
    expect(() => model.answer([1, 2, 3])).toThrow("this model reads price");
  });

  it.skipIf(items === undefined)("goes on with values that are given", () => {
    for (const { values, said } of items ?? []) {
      expectSame(model.answer(given(values)), said);
    }
    expect(() => model.answer([Number.NaN])).toThrow("a forecast needs one at least");
  });

  it.skipIf(stream === undefined)("streams", () => {
    const heard = model.stream();
    stream?.forEach((said, n) => {
      const value = given(items![2]!.values)[n]!;
      expectSame(heard.feed(Math.round(value * 1000) / 1000), said);
    });
  });
});

it("writes Python's dates", () => {
  for (const { calendar, positions, dates } of cases.calendars) {
    const found = positions.map((position) => dateAt(calendar, position));
    expect(found, JSON.stringify(calendar)).toEqual(dates);
  }
});
