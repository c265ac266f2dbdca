import type { Random } from "./random";
import { type Floats, GATES, type Kind, sizesOf, type Weights } from "./weights";

/** The initial weights of `elman.memory.recall.starts`, which says where each is from. */
export const STARTS = ["torch", "orthogonal", "identity", "latch", "chrono"] as const;

export type StartName = (typeof STARTS)[number];

export interface Start {
  name: StartName;
  /** To how much one step without input scales the state; not of torch's own and chrono. */
  gain: number;
  /** Standard deviation of the input weights; not of torch's own and chrono. */
  input: number;
  /** The bias of the gate that keeps: f of an LSTM, z of a GRU. Not of torch's own and chrono. */
  keep: number;
}

/** What a start of this name has where nothing else is asked for. */
export function startOf(name: StartName, kind: Kind): Start {
  const latch = kind === "rnn" ? 1.5 : 4;
  const gain = name === "latch" ? latch : 1;
  return { name, gain, input: 0.1, keep: kind === "lstm" ? 1 : 0 };
}

/** The starts that a cell has: there is nothing to set to a time in a plain RNN. */
export const startsOf = (kind: Kind): readonly StartName[] =>
  kind === "rnn" ? STARTS.filter((name) => name !== "chrono") : STARTS;

/** The gate that writes what is new, in torch's order. */
const CANDIDATE = { rnn: 0, gru: 2, lstm: 2 } as const;

/**
 * Draws weights.
 *
 * @param longest the steps that are to be bridged, for chrono.
 */
export function drawn(
  kind: Kind,
  inputs: number,
  units: number,
  start: Start,
  longest: number,
  random: Random,
): Weights {
  const sizes = sizesOf(kind, inputs, units);
  const bound = 1 / Math.sqrt(units);
  const own = (length: number) =>
    Float64Array.from({ length }, () => random.uniform(-bound, bound));
  const weights: Weights = {
    kind,
    inputs,
    units,
    weight_ih: own(sizes.weight_ih),
    weight_hh: own(sizes.weight_hh),
    bias_ih: own(sizes.bias_ih),
    bias_hh: own(sizes.bias_hh),
  };
  if (start.name === "torch") return weights;
  if (start.name === "chrono") return timed(weights, longest, random);
  for (let i = 0; i < sizes.weight_ih; i++) weights.weight_ih[i] = start.input * random.normal();
  weights.bias_ih.fill(0);
  weights.bias_hh.fill(0);
  if (kind !== "rnn") weights.bias_ih.fill(start.keep, units, 2 * units);
  const square = units * units;
  GATES[kind].forEach((_, gate) => {
    const part = weights.weight_hh.subarray(gate * square, (gate + 1) * square);
    if (start.name === "orthogonal") part.set(orthogonal(units, start.gain, random));
    else {
      part.fill(0);
      if (gate === CANDIDATE[kind]) {
        for (let u = 0; u < units; u++) part[u * units + u] = start.gain;
      }
    }
  });
  return weights;
}

/** Spreads the times that units keep what they hold over 1 to `longest` (Tallec & Ollivier 2018). */
function timed(weights: Weights, longest: number, random: Random): Weights {
  const { kind, units, bias_ih, bias_hh } = weights;
  if (kind === "rnn") return weights;
  for (let u = 0; u < units; u++) {
    const log = Math.log(random.uniform(1, Math.max(3, longest) - 1));
    bias_ih[units + u] = log;
    bias_hh[units + u] = 0;
    if (kind === "lstm") {
      bias_ih[u] = -log;
      bias_hh[u] = 0;
    }
  }
  return weights;
}

/** A random turn of n dimensions times `gain`: Gram and Schmidt's rows from normal ones. */
export function orthogonal(n: number, gain: number, random: Random): Floats {
  const rows = Float64Array.from({ length: n * n }, () => random.normal());
  for (let i = 0; i < n; i++) {
    const row = rows.subarray(i * n, (i + 1) * n);
    // twice, because rounding leaves some of the rows before it in the row the first time
    for (let time = 0; time < 2; time++) {
      for (let j = 0; j < i; j++) {
        let dot = 0;
        for (let k = 0; k < n; k++) dot += row[k]! * rows[j * n + k]!;
        for (let k = 0; k < n; k++) row[k]! -= dot * rows[j * n + k]!;
      }
      const length = Math.hypot(...row);
      for (let k = 0; k < n; k++) row[k]! /= length;
    }
  }
  return rows.map((value) => gain * value);
}
