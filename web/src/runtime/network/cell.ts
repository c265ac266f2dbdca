import type { CellName } from "../spec";
import { addProduct } from "./product";

/** What one direction of one layer carries from step to step. */
export interface CellState {
  h: Float32Array;
  /** The LSTM's cell state; nothing in other cells. */
  c: Float32Array;
}

/** The weights of a cell, named and shaped as torch's; G is its number of gates. */
export interface CellWeights {
  /** `(G·H, I)`. */
  weight_ih: Float32Array;
  /** `(G·H, H)`. */
  weight_hh: Float32Array;
  /** `(G·H)`. */
  bias_ih: Float32Array;
  /** `(G·H)`. */
  bias_hh: Float32Array;
}

/**
 * One direction of one recurrent layer, equal to torch.nn.RNN, GRU and LSTM.
 *
 *     rnn    h' = tanh(W_ih x + b_ih + W_hh h + b_hh)
 *     gru    r, z = σ(W_ih x + b_ih + W_hh h + b_hh)
 *            n = tanh(W_in x + b_in + r ⊙ (W_hn h + b_hn)),  h' = (1 − z) ⊙ n + z ⊙ h
 *     lstm   i, f, g, o likewise,  c' = f ⊙ c + i ⊙ g,  h' = o ⊙ tanh(c')
 *
 * States are float32, sums float64.
 */
export class Cell {
  readonly units: number;
  private readonly columns: number;
  private readonly bias: Float64Array;
  private readonly gates: Float64Array;
  /** Of the GRU: W_hn h + b_hn, on which the reset gate acts. */
  private readonly inner: Float64Array;
  private readonly together: Float64Array;
  private readonly weight_hn: Float32Array;

  constructor(
    private readonly kind: CellName,
    private readonly weights: CellWeights,
  ) {
    const rows = weights.bias_ih.length;
    const H = weights.weight_hh.length / rows;
    this.units = H;
    this.columns = weights.weight_ih.length / rows;
    const joined = kind === "gru" ? 2 * H : rows;
    this.bias = Float64Array.from(
      weights.bias_ih,
      (bias, n) => bias + (n < joined ? weights.bias_hh[n]! : 0),
    );
    this.gates = new Float64Array(rows);
    this.together = this.gates.subarray(0, joined);
    this.inner = new Float64Array(rows - joined);
    this.weight_hn = weights.weight_hh.subarray(joined * H);
  }

  /** The state before the first step. */
  begin(): CellState {
    return {
      h: new Float32Array(this.units),
      c: new Float32Array(this.kind === "lstm" ? this.units : 0),
    };
  }

  /** Take one step in place; the vector `(I)` begins at `at` in `x`. */
  step(x: Float32Array, at: number, state: CellState): void {
    const { gates, inner, units: H } = this;
    gates.set(this.bias);
    addProduct(this.weights.weight_ih, this.columns, x, at, gates);
    addProduct(this.weights.weight_hh, H, state.h, 0, this.together);
    if (this.kind === "rnn") {
      for (let k = 0; k < H; k++) {
        state.h[k] = Math.tanh(gates[k]!);
      }
    } else if (this.kind === "gru") {
      inner.set(this.weights.bias_hh.subarray(2 * H));
      addProduct(this.weight_hn, H, state.h, 0, inner);
      for (let k = 0; k < H; k++) {
        const n = Math.tanh(gates[2 * H + k]! + sigmoid(gates[k]!) * inner[k]!);
        state.h[k] = n + sigmoid(gates[H + k]!) * (state.h[k]! - n);
      }
    } else {
      for (let k = 0; k < H; k++) {
        const fresh = sigmoid(gates[k]!) * Math.tanh(gates[2 * H + k]!);
        const c = sigmoid(gates[H + k]!) * state.c[k]! + fresh;
        state.c[k] = c;
        state.h[k] = sigmoid(gates[3 * H + k]!) * Math.tanh(c);
      }
    }
  }
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a));
}
