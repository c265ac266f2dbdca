import { addOuter, addProduct, transposed } from "./products";
import { type Floats, GATES, type Weights } from "./weights";

/**
 * One recurrent layer over whole sequences, equal to torch.nn.RNN, GRU and LSTM, and its gradients.
 *
 * σ is the logistic function, ⊙ the product element by element; torch's order of gates:
 *
 *     rnn    h' = tanh(W x + b + U h + c)
 *     gru    r, z = σ(W x + b + U h + c);  n = tanh(W_n x + b_n + r ⊙ (U_n h + c_n))
 *            h' = (1 − z) ⊙ n + z ⊙ h
 *     lstm   i, f, o = σ(…), g = tanh(…);  c' = f ⊙ c + i ⊙ g;  h' = o ⊙ tanh(c')
 *
 * What the input adds to the gates is the caller's: `projected`, (any, G·H), and for each step of
 * each sequence the row of it. Signs share their rows; other inputs have a row for every step.
 */
export interface Tape {
  /** T */
  steps: number;
  /** B */
  sequences: number;
  /** (T·B,): the row of `projected` that step t of sequence b adds, at t·B + b. */
  rows: Int32Array;
  /** (T + 1, B, H): the states, the first before any step. */
  h: Floats;
  /** As h, of an LSTM. */
  c: Floats;
  /** (T, B, G·H): the gates after σ or tanh. */
  gates: Floats;
  /** (T, B, H): of a GRU U_n h + c_n, of an LSTM tanh(c'). */
  inner: Floats;
}

/** Gradients of a loss by what the layer was given. */
export interface Gradients {
  /** As `projected`. */
  projected: Floats;
  weight_hh: Floats;
  bias_hh: Floats;
}

export const sigmoid = (a: number): number => 0.5 * Math.tanh(0.5 * a) + 0.5;

/** W x + b for every row of x (n, I), as `project` of `elman.runtime.recurrence.cell_numpy`. */
export function project(weights: Weights, x: Floats): Floats {
  const { inputs, weight_ih, bias_ih } = weights;
  const rows = bias_ih.length;
  const n = x.length / inputs;
  const out = new Float64Array(n * rows);
  for (let i = 0; i < n; i++) out.set(bias_ih, i * rows);
  addProduct(out, x, weight_ih, n, rows, inputs);
  return out;
}

/** Steps through sequences from a state of 0. */
export function forward(weights: Weights, projected: Floats, rows: Int32Array, B: number): Tape {
  const { kind, units: H } = weights;
  const T = rows.length / B;
  const G = GATES[kind].length;
  const gated = kind === "rnn" ? 0 : T * B * H;
  const tape: Tape = {
    steps: T,
    sequences: B,
    rows,
    h: new Float64Array((T + 1) * B * H),
    c: new Float64Array(kind === "lstm" ? (T + 1) * B * H : 0),
    gates: new Float64Array(T * B * G * H),
    inner: new Float64Array(gated),
  };
  for (let t = 0; t < T; t++) {
    const at = (array: Floats, s: number, width: number) =>
      array.subarray(s * B * width, (s + 1) * B * width);
    step(weights, projected, rows.subarray(t * B, (t + 1) * B), {
      h: at(tape.h, t, H),
      c: at(tape.c, t, H),
      gates: at(tape.gates, t, G * H),
      inner: at(tape.inner, t, H),
      next_h: at(tape.h, t + 1, H),
      next_c: at(tape.c, t + 1, H),
    });
  }
  return tape;
}

/** One step's part of a tape; `next_h` may be h itself, `next_c` c. */
export interface Step {
  h: Floats;
  c: Floats;
  gates: Floats;
  inner: Floats;
  next_h: Floats;
  next_c: Floats;
}

export function step(weights: Weights, projected: Floats, rows: Int32Array, one: Step): void {
  const { kind, units: H, weight_hh, bias_hh } = weights;
  const { h, c, gates, inner, next_h, next_c } = one;
  const width = GATES[kind].length * H;
  const B = rows.length;
  gates.fill(0);
  addProduct(gates, h, weight_hh, B, width, H);
  for (let b = 0; b < B; b++) {
    const from = rows[b]! * width;
    const at = b * width;
    const state = b * H;
    if (kind === "rnn") {
      for (let u = 0; u < H; u++) {
        const a = gates[at + u]! + bias_hh[u]! + projected[from + u]!;
        next_h[state + u] = gates[at + u] = Math.tanh(a);
      }
    } else if (kind === "gru") {
      for (let u = 0; u < 2 * H; u++) {
        gates[at + u] = sigmoid(gates[at + u]! + bias_hh[u]! + projected[from + u]!);
      }
      for (let u = 0; u < H; u++) {
        const place = at + 2 * H + u;
        const within = gates[place]! + bias_hh[2 * H + u]!;
        const n = Math.tanh(projected[from + 2 * H + u]! + gates[at + u]! * within);
        const z = gates[at + H + u]!;
        inner[state + u] = within;
        gates[place] = n;
        next_h[state + u] = (1 - z) * n + z * h[state + u]!;
      }
    } else {
      for (let u = 0; u < width; u++) {
        const a = gates[at + u]! + bias_hh[u]! + projected[from + u]!;
        gates[at + u] = u >= 2 * H && u < 3 * H ? Math.tanh(a) : sigmoid(a);
      }
      for (let u = 0; u < H; u++) {
        const kept = gates[at + H + u]! * c[state + u]!;
        const cell = kept + gates[at + u]! * gates[at + 2 * H + u]!;
        next_c[state + u] = cell;
        inner[state + u] = Math.tanh(cell);
        next_h[state + u] = gates[at + 3 * H + u]! * inner[state + u]!;
      }
    }
  }
}

/**
 * The gradients, back through time from the last state alone.
 *
 * @param dh (B, H), of a loss by the last h; overwritten.
 * @param seen told the gradients by h and c after each step, (B, H) both, from the last step down
 *   to the state before the first one.
 */
export function backward(
  weights: Weights,
  projected: Floats,
  tape: Tape,
  dh: Floats,
  seen?: (t: number, dh: Floats, dc: Floats) => void,
): Gradients {
  const { kind, units: H, weight_hh } = weights;
  const { steps: T, sequences: B } = tape;
  const width = GATES[kind].length * H;
  const found: Gradients = {
    projected: new Float64Array(projected.length),
    weight_hh: new Float64Array(weight_hh.length),
    bias_hh: new Float64Array(width),
  };
  const turned = transposed(weight_hh, width, H);
  const dc = new Float64Array(kind === "lstm" ? B * H : 0);
  const outer = new Float64Array(B * width); // by W x + b
  const within = kind === "gru" ? new Float64Array(B * width) : outer; // by U h + c
  for (let t = T - 1; t >= 0; t--) {
    seen?.(t + 1, dh, dc);
    through(kind, H, tape, t, dh, dc, outer, within);
    for (let b = 0; b < B; b++) {
      const to = tape.rows[t * B + b]! * width;
      for (let u = 0; u < width; u++) {
        found.projected[to + u]! += outer[b * width + u]!;
        found.bias_hh[u]! += within[b * width + u]!;
      }
    }
    const h = tape.h.subarray(t * B * H, (t + 1) * B * H);
    addOuter(found.weight_hh, within, h, B, width, H);
    addProduct(dh, within, turned, B, H, width);
  }
  seen?.(0, dh, dc);
  return found;
}

/** Through step t: dh and dc become what does not pass the gates' sums; those get theirs. */
function through(
  kind: Weights["kind"],
  H: number,
  tape: Tape,
  t: number,
  dh: Floats,
  dc: Floats,
  outer: Floats,
  within: Floats,
): void {
  const { sequences: B, gates, inner } = tape;
  const width = GATES[kind].length * H;
  for (let b = 0; b < B; b++) {
    for (let u = 0; u < H; u++) {
      const state = b * H + u;
      const before = t * B * H + state;
      const at = (t * B + b) * width + u;
      const to = b * width + u;
      const d = dh[state]!;
      if (kind === "rnn") {
        outer[to] = d * (1 - gates[at]! ** 2);
        dh[state] = 0;
      } else if (kind === "gru") {
        const r = gates[at]!;
        const z = gates[at + H]!;
        const n = gates[at + 2 * H]!;
        const dn = d * (1 - z) * (1 - n * n);
        outer[to] = within[to] = dn * inner[before]! * r * (1 - r);
        outer[to + H] = within[to + H] = d * (tape.h[before]! - n) * z * (1 - z);
        outer[to + 2 * H] = dn;
        within[to + 2 * H] = dn * r;
        dh[state] = d * z;
      } else {
        const i = gates[at]!;
        const f = gates[at + H]!;
        const g = gates[at + 2 * H]!;
        const o = gates[at + 3 * H]!;
        const cell = inner[before]!;
        const e = dc[state]! + d * o * (1 - cell * cell);
        outer[to] = e * g * i * (1 - i);
        outer[to + H] = e * tape.c[before]! * f * (1 - f);
        outer[to + 2 * H] = e * i * (1 - g * g);
        outer[to + 3 * H] = d * cell * o * (1 - o);
        dh[state] = 0;
        dc[state] = e * f;
      }
    }
  }
}
