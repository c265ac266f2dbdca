import { expect, test } from "vitest";
import { found } from "../../../src/tour/found";
import { Linker } from "../../../src/tour/linked";
import { glossaryOf } from "../../../src/tour/read/files";
import { isMany, isRight, scoreOf } from "../../../src/tour/score";

const options = (marks: string) =>
  [...marks].map((mark, n) => ({ text: `${n}`, right: mark === "x", reason: "so" }));

test("right is every right option and no other", () => {
  expect(isRight(options("x--"), [0])).toBe(true);
  expect(isRight(options("x--"), [1])).toBe(false);
  expect(isRight(options("x-x"), [0])).toBe(false);
  expect(isRight(options("x-x"), [2, 0])).toBe(true);
  expect(isRight(options("x-x"), [0, 1, 2])).toBe(false);
  expect(isRight(options("x-x"), [])).toBe(false);
  expect([isMany(options("x--")), isMany(options("xx-"))]).toEqual([false, true]);
});

test("a quiz counts what is right; what is not answered is not", () => {
  const questions = ["x-", "-x", "xx-"].map((marks) => ({ asked: "", options: options(marks) }));
  expect(scoreOf(questions, [[0], [0], [1, 0]])).toEqual({ right: 2, of: 3 });
  expect(scoreOf(questions, [])).toEqual({ right: 0, of: 3 });
});

const GLOSSARY = glossaryOf(
  "glossary.md",
  "# G\n\n## state\nAlso: states\n\nCarried on.\n\n## hidden state\n\nA state.\n\n## 95 % interval\n\nHow far.\n",
).parts;

test("words of the glossary are linked where they first stand, the longest first", () => {
  const linker = new Linker(GLOSSARY);
  const said = linker.stretches("Its hidden state is a State; states, hidden states, statement");
  expect(said.map(({ text, term }) => [text, term?.id])).toEqual([
    ["Its ", undefined],
    ["hidden state", "hidden-state"],
    [" is a ", undefined],
    ["State", "state"],
    ["; states, hidden states, statement", undefined],
  ]);
  expect(linker.stretches("a 95 % interval.")[1]?.term?.id).toBe("95-interval");
  expect(new Linker(GLOSSARY, ["state"]).stretches("state")).toEqual([{ text: "state" }]);
  expect(new Linker([]).stretches("state")).toEqual([{ text: "state" }]);
});

test("a search looks at words first, then at what they mean", () => {
  expect(found(GLOSSARY, "").map(({ id }) => id)).toEqual(["95-interval", "hidden-state", "state"]);
  expect(found(GLOSSARY, " Far ").map(({ id }) => id)).toEqual(["95-interval"]);
  expect(found(GLOSSARY, "carried").map(({ id }) => id)).toEqual(["state"]);
  expect(found(GLOSSARY, "nothing of the kind")).toEqual([]);
});
