import { CellExperiment } from "./cell/cell";
import type { Experiment } from "./experiment";
import { GradientExperiment } from "./gradient/gradient";

/** By the name that stands in addresses and in the tour's files. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  cell: {
    title: "One cell",
    summary: "One step of time in numbers: drag a weight, and see what the cell remembers.",
    component: CellExperiment,
  },
  gradient: {
    title: "The gradient",
    summary: "How far back an error can be felt, and what a net can therefore be taught.",
    component: GradientExperiment,
  },
};
