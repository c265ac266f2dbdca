import { describe, expect, it } from "vitest";
import { carried, naiveScale, opponentsAt } from "../../src/lab/forecast/opponents";
import { casesOf, expectNear } from "./cases";

interface Case {
  values: (number | null)[];
  origins: number[];
  horizon: number;
  season: number;
  said: Record<string, number[][]>;
  carried: number[];
  scale: number;
}

describe.each(casesOf<Case[]>("opponents"))("season $season, horizon $horizon", (asked) => {
  const values = asked.values.map((value) => value ?? Number.NaN);

  it("opponents say what they say in Python", () => {
    const said = opponentsAt(values, asked.origins, asked.horizon, asked.season);
    expect(Object.keys(said)).toEqual(Object.keys(asked.said));
    for (const [name, rows] of Object.entries(asked.said)) {
      expectNear(said[name]!.flat(), rows.flat(), 1e-12);
    }
  });

  it("gaps are filled and errors are scaled as in Python", () => {
    expectNear(carried(values, asked.season), asked.carried, 1e-12);
    expectNear([naiveScale(values, asked.season)], [asked.scale], 1e-12);
  });
});
