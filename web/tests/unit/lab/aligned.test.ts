import { expect, it } from "vitest";
import { aligned, farthest, halfApart } from "../../../src/lab/watch/aligned";
import { pooled } from "../../../src/lab/watch/pooled";

const pairs = (was: string, is: string) => aligned(was.split(" "), is.split(" "));

it("a changed word stands for the one in its place", () => {
  expect(pairs("a b c d", "a x c d")).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
});

it("behind a word put in, words stand for those one further", () => {
  expect(pairs("a b c", "a x b c")).toEqual([
    [0, 0],
    [1, 2],
    [2, 3],
  ]);
  expect(pairs("a x b c", "a b c")).toEqual([
    [0, 0],
    [2, 1],
    [3, 2],
  ]);
});

it("of several changed words those stand for each other that both have", () => {
  expect(pairs("a b c d", "a x y z d")).toEqual([
    [0, 0],
    [1, 1],
    [2, 2],
    [3, 4],
  ]);
  expect(pairs("a a", "a a a")).toEqual([
    [0, 0],
    [1, 1],
  ]);
  expect(aligned([], ["a"])).toEqual([]);
});

it("states are apart by their difference, which is drawn at half its size", () => {
  expect(Array.from(halfApart([1, -1, 0.5], [-1, 0, 0.5]))).toEqual([-1, 0.5, 0]);
  expect(farthest([1, -1, 0.5], [-1, 0, 0.5])).toBe(2);
  expect(farthest([], [])).toBe(0);
});

it("the last state, the mean and the largest are taken of each unit", () => {
  const states = [
    [1, -4],
    [5, -2],
    [3, 3],
  ];
  const { last, mean, max } = pooled(states);
  expect([last, mean, max].map((each) => Array.from(each))).toEqual([
    [3, 3],
    [3, -1],
    [5, 3],
  ]);
});
