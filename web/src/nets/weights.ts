/** torch's cells, and the names of their gates in torch's order. */
export const GATES = { rnn: ["h"], gru: ["r", "z", "n"], lstm: ["i", "f", "g", "o"] } as const;

export type Kind = keyof typeof GATES;

export const KINDS = Object.keys(GATES) as Kind[];

export type Floats = Float64Array;

/** One direction of one layer of torch's RNN, GRU or LSTM; rows of all matrices follow in turn. */
export interface Weights {
  kind: Kind;
  /** I, numbers that come in at each step. */
  inputs: number;
  /** H, numbers of the state. */
  units: number;
  /** (G·H, I), where G is the number of gates. */
  weight_ih: Floats;
  /** (G·H, H) */
  weight_hh: Floats;
  /** (G·H,) */
  bias_ih: Floats;
  /** (G·H,) */
  bias_hh: Floats;
}

export function sizesOf(kind: Kind, inputs: number, units: number) {
  const rows = GATES[kind].length * units;
  return { weight_ih: rows * inputs, weight_hh: rows * units, bias_ih: rows, bias_hh: rows };
}
