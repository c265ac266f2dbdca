import type { Experiment } from "./experiment";

/** By the name that stands in addresses and in the tour's files. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {};
