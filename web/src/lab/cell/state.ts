import { Random } from "../../nets/random";
import { KINDS, type Kind, sizesOf, type Weights } from "../../nets/weights";
import type { Settings } from "../address";
import { listed, oneOf, unlisted, wholeIn } from "../settings";
import { STAGES } from "./stages";

/** A cell, the sequence that it reads, and how far it has read. */
export interface CellState {
  weights: Weights;
  /** (T, I) */
  x: number[][];
  /** The step that is looked at, from 0 on. */
  t: number;
  /** How much of the step is done: a place in `STAGES`. */
  stage: number;
  /** Whether somebody is going through the stages, so that what is new moves. */
  going: boolean;
  unit: number;
}

/** The names of the arrays in the address, and in equations but for one. */
export const LETTERS = { weight_ih: "W", weight_hh: "U", bias_ih: "b", bias_hh: "c" } as const;

/** The name of an array in equations: c is the state of an LSTM, so its second bias is d. */
export const letterOf = (kind: Kind, array: keyof typeof LETTERS): string =>
  kind === "lstm" && array === "bias_hh" ? "d" : LETTERS[array];

export const MOST_STEPS = 12;

const PULSE = [1, 0, 0, 0, 0, 0, 0, 0];

/** Reads the settings; what is not there, or cannot be, is as it is at first. */
export function cellOf(settings: Settings): CellState {
  const kind = oneOf(settings, "cell", KINDS);
  const inputs = wholeIn(settings, "inputs", { min: 1, max: 2, otherwise: 1 });
  const units = wholeIn(settings, "units", { min: 1, max: 3, otherwise: 1 });
  const seed = wholeIn(settings, "seed", { min: 0, max: 9999, otherwise: 0 });
  const weights = first(kind, inputs, units, seed);
  for (const [array, letter] of Object.entries(LETTERS)) {
    const name = array as keyof typeof LETTERS;
    weights[name] = unlisted(settings[letter], weights[name].length) ?? weights[name];
  }
  const x = inputsOf(settings.x, inputs);
  const last = STAGES[kind].length - 1;
  return {
    weights,
    x,
    t: wholeIn(settings, "t", { min: 0, max: x.length - 1, otherwise: 0 }),
    stage: wholeIn(settings, "stage", { min: 0, max: last, otherwise: last }),
    going: (settings.stage ?? "") !== "",
    unit: wholeIn(settings, "unit", { min: 0, max: units - 1, otherwise: 0 }),
  };
}

/** How many steps are done where one goes through the stages; else all of them. */
export function stepsDone({ x, t, stage, going, weights }: CellState): number {
  if (!going) return x.length;
  return stage === STAGES[weights.kind].length - 1 ? t + 1 : t;
}

/** The setting that one weight has been given a value. */
export function withWeight(
  weights: Weights,
  array: keyof typeof LETTERS,
  place: number,
  value: number,
): Settings {
  return { [LETTERS[array]]: listed(weights[array].with(place, value)) };
}

/** The setting of a sequence. */
export const withInputs = (x: readonly (readonly number[])[]): Settings => ({
  x: x.map(listed).join("_"),
});

function inputsOf(text: string | undefined, inputs: number): number[][] {
  const steps = (text ?? "").split("_").map((step) => step.trim().split(/\s+/).map(Number));
  const right = text !== undefined && text !== "" && steps.flat().every(Number.isFinite);
  const x = right ? steps.slice(0, MOST_STEPS) : PULSE.map((value) => [value]);
  return x.map((step) => Array.from({ length: inputs }, (_, i) => step[i] ?? 0));
}

/** A single unit begins as the equation in its plainest form, several as a drawing. */
function first(kind: Kind, inputs: number, units: number, seed: number): Weights {
  const sizes = sizesOf(kind, inputs, units);
  const random = new Random(seed);
  const array = (length: number, size: number) =>
    Float64Array.from({ length }, () => Math.round(20 * size * random.normal()) / 20 + 0);
  const weights = {
    kind,
    inputs,
    units,
    weight_ih: array(sizes.weight_ih, 1),
    weight_hh: array(sizes.weight_hh, 0.8),
    bias_ih: array(sizes.bias_ih, 0.3),
    bias_hh: new Float64Array(sizes.bias_hh),
  };
  if (kind === "rnn" && units === 1 && inputs === 1 && seed === 0) {
    weights.weight_ih.set([1.2]);
    weights.weight_hh.set([0.9]);
    weights.bias_ih.set([0]);
  }
  return weights;
}
