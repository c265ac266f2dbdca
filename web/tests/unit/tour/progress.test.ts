import { afterEach, expect, test, vi } from "vitest";
import { read, write } from "../../../src/tour/kept";
import {
  fileOf,
  NOTHING,
  progressOf,
  withAnswer,
  withDone,
  withNote,
  withScore,
} from "../../../src/tour/progress";

const SOME = withScore(
  withNote(
    withAnswer(withAnswer(withDone(NOTHING, "loop"), "loop", false), "loop", true),
    "loop",
    "U reads „h“\n<b>",
  ),
  { right: 7, of: 10 },
);

afterEach(() => vi.unstubAllGlobals());

test("progress comes back from its file as it was", () => {
  expect(progressOf(fileOf(SOME))).toEqual(SOME);
  expect(SOME).toEqual({
    version: 1,
    done: ["loop"],
    answers: { loop: { right: true, tries: 2 } },
    notes: { loop: "U reads „h“\n<b>" },
    quiz: [{ right: 7, of: 10 }],
  });
});

test("who was right stays right, an empty note goes, what is done can be undone", () => {
  expect(withAnswer(SOME, "loop", false)).toBe(SOME);
  expect(withNote(SOME, "loop", " \n").notes).toEqual({});
  expect(withDone(SOME, "loop", false).done).toEqual([]);
  expect(withDone(SOME, "loop")).toBe(SOME);
});

test.each([
  ["{", "not JSON"],
  ["[]", 'does not say "elman tour"'],
  [fileOf(SOME).replace('"version": 1', '"version": 2'), "expected version 1 of the file, found 2"],
  [fileOf(SOME).replace('"right": true', '"right": "yes"'), '"answers" of this file is damaged'],
  [fileOf(SOME).replace('"of": 10', '"of": 6'), '"quiz" of this file is damaged'],
  [fileOf(SOME).replace('"done": [', '"done": [3,'), '"done" of this file is damaged'],
  [fileOf(SOME).replace('"loop": "U', '"loop": 1, "x": "U'), '"notes" of this file is damaged'],
  ["x".repeat(5_000_001), "at most 5 MB"],
])("a file that is none is refused with the reason: %#", (text, said) => {
  expect(() => progressOf(text)).toThrow(said);
});

test("a browser keeps it", () => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => kept.set(key, value),
  });
  expect(read()).toEqual(NOTHING);
  expect(write(SOME)).toBe(true);
  expect(read()).toEqual(SOME);
  kept.set("elman.tour", "something else");
  expect(read()).toEqual(NOTHING);
});

test("a browser that forbids it stops nothing", () => {
  const refuse = () => {
    throw new DOMException("denied", "SecurityError");
  };
  vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse });
  expect(read()).toEqual(NOTHING);
  expect(write(SOME)).toBe(false);
});

test("what cannot be read is laid aside, not written over", () => {
  const kept = new Map([["elman.tour", '{"what": "elman tour", "version": 2}']]);
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
  });
  expect(read()).toEqual(NOTHING);
  write(SOME);
  expect(read()).toEqual(SOME);
  expect(kept.get("elman.tour.unread")).toContain('"version": 2');
});
