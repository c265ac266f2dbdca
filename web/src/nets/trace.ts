import { forward, project, type Tape } from "./layer";
import { GATES, type Weights } from "./weights";

/** One product of a gate's sum: a weight times what it meets; a bias stands alone. */
export interface Term {
  /** The array of the weight, as of `Weights`, and its place there. */
  array: "weight_ih" | "weight_hh" | "bias_ih" | "bias_hh";
  place: number;
  /** Which input or unit it meets, from 0 on. */
  index: number;
  weight: number;
  /** What it is multiplied with; 1 of a bias. */
  met: number;
  product: number;
}

/** How one gate of one unit comes to its value: every number on the way. */
export interface Traced {
  gate: string;
  /** W x + b, and its sum. */
  outer: Term[];
  fromInput: number;
  /** U h + c, and its sum. */
  inner: Term[];
  fromState: number;
  /** What the inner sum is multiplied with: r at the n of a GRU, 1 elsewhere. */
  factor: number;
  /** What goes into σ or tanh. */
  sum: number;
  squash: "tanh" | "σ";
  value: number;
}

/** One sequence through the cell, x (T, I). */
export function walk(weights: Weights, x: readonly (readonly number[])[]): Tape {
  const projected = project(weights, Float64Array.from(x.flat()));
  return forward(weights, projected, Int32Array.from(x.keys()), 1);
}

/** Step t of a walk, taken apart. */
export function trace(
  weights: Weights,
  x: readonly (readonly number[])[],
  tape: Tape,
  t: number,
  gate: number,
  unit: number,
): Traced {
  const { kind, inputs: I, units: H } = weights;
  const name = GATES[kind][gate]!;
  const row = gate * H + unit;
  const width = GATES[kind].length * H;
  const term = (array: Term["array"], place: number, index: number, met: number): Term => {
    const weight = weights[array][place]!;
    return { array, place, index, weight, met, product: weight * met };
  };
  const outer = Array.from({ length: I }, (_, i) => term("weight_ih", row * I + i, i, x[t]![i]!));
  const inner = Array.from({ length: H }, (_, u) =>
    term("weight_hh", row * H + u, u, tape.h[t * H + u]!),
  );
  outer.push(term("bias_ih", row, unit, 1));
  inner.push(term("bias_hh", row, unit, 1));
  const fromInput = total(outer);
  const fromState = total(inner);
  const factor = name === "n" ? tape.gates[t * width + unit]! : 1;
  return {
    gate: name,
    outer,
    fromInput,
    inner,
    fromState,
    factor,
    sum: fromInput + factor * fromState,
    squash: name === "h" || name === "n" || name === "g" ? "tanh" : "σ",
    value: tape.gates[t * width + row]!,
  };
}

const total = (terms: readonly Term[]) => terms.reduce((sum, term) => sum + term.product, 0);
