import { expect, it } from "vitest";
import { placesOf, runsOf, unitsOn } from "../../../src/lab/units/search";

const STATES = [
  [0.9, -0.1, 0.6, -0.9],
  [0.8, -0.7, 0.6, 0.9],
  [0.7, -0.8, 0.1, 0.9],
  [0.1, -0.2, 0.9, 0.9],
];

it("a unit is on where it is beyond the threshold on one side at every word", () => {
  expect(unitsOn(STATES, [1, 3], 0.5, false)).toEqual([
    { unit: 0, sign: 1 },
    { unit: 1, sign: -1 },
    { unit: 3, sign: 1 },
  ]);
  expect(unitsOn(STATES, [0, 2], 0.5, false)).toEqual([
    { unit: 0, sign: 1 },
    { unit: 2, sign: 1 },
  ]);
});

it("for just some words it is not on at the word before, nor at the one after", () => {
  expect(unitsOn(STATES, [1, 3], 0.5, true)).toEqual([{ unit: 1, sign: -1 }]);
  // unit 3 is beyond the threshold before, but on the other side; the end has no word after it
  expect(unitsOn(STATES, [1, 4], 0.5, true)).toEqual([{ unit: 3, sign: 1 }]);
  expect(unitsOn(STATES, [2, 2], 0.5, true)).toEqual([]);
});

it("runs are as long as they can be", () => {
  expect(runsOf([2, 3, 3, 1, 0, 3, 2], 2)).toEqual([
    [0, 3],
    [5, 7],
  ]);
  expect(runsOf([], 1)).toEqual([]);
});

it("places are ranked by units shared, then by others, then by length", () => {
  const on = [1, 0, 1, 1];
  const both = [1, 1, 0, 0];
  const off = [0, 0, 0, 0];
  const read = (...states: number[][]) => ({ words: states.map(String), states });
  const corpus = [
    read(off, on, on, off), // units 0, 2, 3: shares one of two
    read(both, both, off, both), // a run of two, and one that is too short
    read([1, 1, 0, 1], [1, 1, 0, 1], [1, 1, 0, 1]), // both, and another
    read(both, both, both),
    read(off, off),
  ];
  const units = [
    { unit: 0, sign: 1 },
    { unit: 1, sign: 1 },
  ] as const;
  const found = placesOf(corpus, { units, threshold: 0.5, least: 2, most: 9 });
  expect(found).toEqual([
    { text: 3, start: 0, end: 3, shared: 2, either: 2 },
    { text: 1, start: 0, end: 2, shared: 2, either: 2 },
    { text: 2, start: 0, end: 3, shared: 2, either: 3 },
    { text: 0, start: 1, end: 3, shared: 1, either: 4 },
  ]);
  // enough that have both: none is looked for that lacks one
  expect(placesOf(corpus, { units, threshold: 0.5, least: 2, most: 3 })).toEqual(found.slice(0, 3));
  expect(placesOf(corpus, { units: [], threshold: 0.5, least: 2, most: 9 })).toEqual([]);
});
