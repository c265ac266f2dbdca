import { expect, test } from "vitest";
import { EXPERIMENTS } from "../../../src/lab/experiments";
import { readCourse } from "../../../src/tour/read/course";
import { isMany } from "../../../src/tour/score";
import { SHIPPED } from "./files";

const { course, problems } = readCourse(SHIPPED, Object.keys(EXPERIMENTS));
const { stops, exercises, quiz, interview, glossary } = course;

test("every shipped file is read, and every link leads somewhere", () => {
  expect(problems).toEqual([]);
  expect(Object.keys(SHIPPED)).toHaveLength(14);
});

test("ten stops, in the order of the chapter, each with its experiment", () => {
  expect(stops.map((stop) => [stop.id, stop.shown.name])).toEqual([
    ["sequential-data", "sequence"],
    ["the-loop", "loop"],
    ["the-hidden-state", "watch"],
    ["the-layer-in-pytorch", "shapes"],
    ["output-against-hidden", "both"],
    ["the-vanishing-gradient", "gradient"],
    ["two-common-mistakes", "mistakes"],
    ["baselines", "baselines"],
    ["forecasting", "forecast"],
    ["what-lstm-changes", "cell"],
  ]);
  for (const stop of stops) expect(stop.objective).toMatch(/^You can /);
});

test("every question has a wrong answer too, and every answer its own reason", () => {
  const questions = [...stops.map((stop) => stop.question), ...(quiz?.parts ?? [])];
  expect(questions).toHaveLength(20);
  for (const { options } of questions) {
    expect(options.some((option) => !option.right)).toBe(true);
    expect(new Set(options.map((option) => option.reason)).size).toBe(options.length);
    expect(new Set(options.map((option) => option.text)).size).toBe(options.length);
  }
  // who always takes the first answer learns that it will not do
  const first = questions.filter(({ options }) => options[0]?.right);
  expect(first.length).toBeLessThan(questions.length / 2);
  expect(questions.filter(({ options }) => isMany(options))).toHaveLength(4);
});

test("exercises, one of them biological; interview questions point to experiments", () => {
  expect(exercises?.parts.some((exercise) => exercise.title.includes("biology"))).toBe(true);
  expect(exercises?.parts.length).toBeGreaterThanOrEqual(8);
  expect(interview?.parts.length).toBeGreaterThanOrEqual(8);
});

test("no form of a word of the glossary stands for two terms", () => {
  const forms = (glossary?.parts ?? []).flatMap(({ term, also }) => [term, ...also]);
  const small = forms.map((form) => form.toLowerCase());
  expect(small.filter((form, n) => small.indexOf(form) !== n)).toEqual([]);
  for (const word of ["truncation horizon", "lyapunov", "latch"]) expect(small).toContain(word);
});

test("every word set in bold in a stop is in the glossary", () => {
  const forms = new Set(
    (glossary?.parts ?? [])
      .flatMap(({ term, also }) => [term, ...also])
      .map((f) => f.toLowerCase()),
  );
  const said = stops
    .flatMap((stop) => [stop.before, stop.after])
    .flatMap((text) => [...text.matchAll(/\*\*([^*]+)\*\*/g)].map((match) => match[1]!));
  const words = said.filter((text) => !text.endsWith(".")).map((text) => text.toLowerCase());
  expect(words.length).toBeGreaterThan(25);
  expect(words.filter((word) => !forms.has(word))).toEqual([]);
});
