import type { Asked } from "../../nets/learner";
import { type Start, startOf, startsOf } from "../../nets/starts";
import { KINDS } from "../../nets/weights";
import type { Settings } from "../address";
import { numberIn, oneOf, wholeIn } from "../settings";

export interface GradientState {
  asked: Asked;
  /** How many steps back the gradient is looked at. */
  lag: number;
}

/** The bounds of what can be set, and what is set at first. */
export const BOUNDS = {
  units: { min: 8, max: 64, otherwise: 32 },
  steps: { min: 5, max: 500, otherwise: 40 },
  lag: { min: 10, max: 200, otherwise: 40 },
  seed: { min: 0, max: 9999, otherwise: 0 },
} as const;

export const GAIN = { min: 0.5, max: 5 } as const;
export const INPUT = { min: 0, max: 1 } as const;
export const KEEP = { min: -3, max: 6 } as const;

/** Reads the settings: at first torch's own start at 40 steps, which is too far for it. */
export function gradientOf(settings: Settings): GradientState {
  const kind = oneOf(settings, "cell", KINDS);
  const name = oneOf(settings, "start", startsOf(kind));
  const usual = startOf(name, kind);
  const start: Start = {
    name,
    gain: numberIn(settings, "gain", { ...GAIN, otherwise: usual.gain }),
    input: numberIn(settings, "input", { ...INPUT, otherwise: usual.input }),
    keep: numberIn(settings, "keep", { ...KEEP, otherwise: usual.keep }),
  };
  const asked: Asked = {
    kind,
    units: wholeIn(settings, "units", BOUNDS.units),
    start,
    steps: wholeIn(settings, "T", BOUNDS.steps),
    grow: settings.grow === "yes",
    vary: settings.vary === "yes",
    seed: wholeIn(settings, "seed", BOUNDS.seed),
  };
  return { asked, lag: wholeIn(settings, "lag", BOUNDS.lag) };
}
