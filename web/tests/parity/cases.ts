import { readFileSync } from "node:fs";
import { expect } from "vitest";
import type { ClassAnswer } from "../../src/runtime/classes/decision";
import { Steps } from "../../src/runtime/steps";

/** What `tests/web/test_runtime.py` wrote: questions, and the answers of Python's runtime. */
export function casesOf<Cases>(section: string): Cases {
  const path = process.env.ELMAN_PARITY;
  if (path === undefined) {
    throw new Error("these tests are run by tests/web/test_runtime.py, which writes their cases");
  }
  return JSON.parse(readFileSync(path, "utf8"))[section] as Cases;
}

/** Ids or vectors as Python wrote them. */
export interface WrittenSteps {
  ids: boolean;
  columns: number;
  values: number[];
}

export function stepsOf({ ids, columns, values }: WrittenSteps): Steps {
  return new Steps(ids ? Int32Array.from(values) : Float32Array.from(values), columns);
}

/** Expect numbers that differ by `most` at most, beside 1 or their own size. */
export function expectNear(found: ArrayLike<number>, wanted: ArrayLike<number>, most = 1e-5) {
  expect(found.length).toBe(wanted.length);
  let [worst, place] = [0, 0];
  for (let n = 0; n < wanted.length; n++) {
    const off = Math.abs(found[n]! - wanted[n]!) / Math.max(1, Math.abs(wanted[n]!));
    if (!(off <= worst)) {
      [worst, place] = [off, n];
    }
  }
  expect(
    worst,
    `number ${place} is ${found[place]}, in Python ${wanted[place]}`,
  ).toBeLessThanOrEqual(most);
}

/** A prediction as Python's dataclass has it; of several labels `label` is a list. */
export interface PythonAnswer {
  label: string | string[] | null;
  probability: number;
  probabilities: Record<string, number>;
}

export function expectSameAnswer(found: ClassAnswer, wanted: PythonAnswer, most = 1e-5) {
  expect(found.labels ?? found.label).toEqual(wanted.label);
  expectNear([found.probability], [wanted.probability], most);
  expect(Object.keys(found.probabilities)).toEqual(Object.keys(wanted.probabilities));
  expectNear(Object.values(found.probabilities), Object.values(wanted.probabilities), most);
}
