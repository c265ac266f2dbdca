import { EXPERIMENTS } from "../lab/experiments";

/** Experiments that stops may name before the lab has them; a stop then says that they come. */
const COMING = ["watch", "sides", "units", "forecast"];

/** Every name that may stand in a file of the tour. */
export const KNOWN: readonly string[] = [...new Set([...Object.keys(EXPERIMENTS), ...COMING])];
