import type { Section } from "./saved";

export type CellName = "rnn" | "gru" | "lstm";
export type PoolName = "last" | "mean" | "max" | "padded_last";

/** What a network is, as `elman.runtime.spec.NetworkSpec` says, field by field. */
export interface NetworkSpec {
  cell: CellName | "none";
  hidden_size: number;
  outputs: number;
  vocabulary: number;
  input_size: number;
  num_layers: number;
  bidirectional: boolean;
  pools: PoolName[];
  input_pools: ("mean" | "max")[];
  ids_per_step: number;
  members: number;
  linear: number;
  linear_ids: number;
  per_step: boolean;
  linear_before: number;
  linear_after: number;
  linear_around: number[];
  chain: boolean;
  dilations: number[];
  thresholds: number;
}

const USUAL: Omit<NetworkSpec, "cell" | "hidden_size" | "outputs"> = {
  vocabulary: 0,
  input_size: 1,
  num_layers: 1,
  bidirectional: false,
  pools: ["last"],
  input_pools: [],
  ids_per_step: 1,
  members: 1,
  linear: 0,
  linear_ids: 0,
  per_step: false,
  linear_before: 0,
  linear_after: 0,
  linear_around: [],
  chain: false,
  dilations: [],
  thresholds: 0,
};

/** Rows of the input weight for each hidden unit. */
export const GATES: Record<CellName, number> = { rnn: 1, gru: 3, lstm: 4 };

/** Return the network section of a model.json as a spec. */
export function specOf(network: Section): NetworkSpec {
  return { ...USUAL, ...network } as NetworkSpec;
}
