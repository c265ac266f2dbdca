import { expect, test } from "vitest";
import type { Settings } from "../../../src/lab/address";
import { cellOf } from "../../../src/lab/cell/state";
import { SETTINGS } from "../../../src/lab/experiments";
import { gradientOf } from "../../../src/lab/gradient/state";
import { flowOf, keptOf } from "../../../src/nets/flow";
import { netOf } from "../../../src/nets/learner";
import { walk } from "../../../src/nets/trace";
import { readCourse } from "../../../src/tour/read/course";
import { isMany } from "../../../src/tour/score";
import { SHIPPED } from "./files";

const { course, problems } = readCourse(SHIPPED, SETTINGS);
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

test("what the sixth stop says of a step is what its experiment shows", () => {
  const kept = (settings: Settings) => {
    const { asked, lag } = gradientOf(settings);
    return keptOf(flowOf(netOf(asked), lag, asked.seed)).toFixed(2);
  };
  const { before, shown } = stops[5]!;
  const said = `a step keeps ${kept(shown.settings)} and ${kept({ start: "orthogonal" })}.`;
  expect(before).toContain(said);
});

test("the first exercise is computed by the cell that it points to", () => {
  const { shown, answer } = exercises!.parts[0]!;
  const { weights, x } = cellOf(shown!.settings);
  expect([x[0]!.length, weights.units]).toEqual([2, 2]);
  // the reader types the inputs
  expect(x.flat().some((value) => value !== 0)).toBe(false);
  const { h } = walk(weights, [[1, 2]]);
  for (const value of h.slice(2)) expect(answer).toContain(value.toFixed(3).replace("-", "−"));
});
