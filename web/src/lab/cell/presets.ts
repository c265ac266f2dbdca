import type { Kind } from "../../nets/weights";
import type { Settings } from "../address";

/** Weights of one unit that show something, and what to look for. */
export interface Preset {
  name: string;
  said: string;
  settings: Settings;
}

const pulse = "1_0_0_0_0_0_0_0";

export const PRESETS: Record<Kind, readonly Preset[]> = {
  rnn: [
    {
      name: "Fades",
      said: "With U = 0.5 a step keeps less than half of the state: soon the input is forgotten.",
      settings: { W: "1.5", U: "0.5", b: "0", c: "0", x: pulse },
    },
    {
      name: "Latch",
      said: "With U = 2 the state comes to rest near +1 or −1. It remembers the first sign; the small input at step 5 cannot turn it.",
      settings: { W: "1.5", U: "2", b: "0", c: "0", x: "1_0_0_0_-0.5_0_0_0" },
    },
    {
      name: "Swings",
      said: "With a negative U the state changes its sign at every step.",
      settings: { W: "1.5", U: "-1.05", b: "0", c: "0", x: pulse },
    },
    {
      name: "Saturated",
      said: "A large W drives tanh to its flat end: there the state hardly moves, and neither would a gradient.",
      settings: { W: "6", U: "0.9", b: "0", c: "0", x: "1_1_-1_1_0_0_0_0" },
    },
  ],
  gru: [
    {
      name: "Holds",
      said: "An input opens the gate (z near 0) and is written; without one z is near 1 and the state stays.",
      settings: { W: "0 -6 2", U: "0 0 0", b: "0 3 0", c: "0 0 0", x: "1_0_0_0_-0.6_0_0_0" },
    },
    {
      name: "Runs after",
      said: "With z at one half the state goes half of the way to each new value.",
      settings: { W: "0 0 2", U: "0 0 0", b: "0 0 0", c: "0 0 0", x: "1_1_1_0_0_0_0_0" },
    },
    {
      name: "Resets",
      said: "r hears the input: a negative one shuts it, and n forgets what was there.",
      settings: { W: "4 0 0.5", U: "0 0 1.5", b: "2 -2 0", c: "0 0 0", x: "1_0_0_0_-1_-1_0_0" },
    },
  ],
  lstm: [
    {
      name: "Counts",
      said: "f near 1 and i open where the input is 1: c adds up, beyond what tanh could hold.",
      settings: {
        W: "6 0 2 0",
        U: "0 0 0 0",
        b: "-3 4 0 2",
        c: "0 0 0 0",
        x: "1_0_1_0_1_1_0_0",
      },
    },
    {
      name: "Forgets",
      said: "f near 0: nothing of c stays, and every step begins from nothing.",
      settings: { W: "6 0 2 0", U: "0 0 0 0", b: "-3 -3 0 2", c: "0 0 0 0", x: "1_0_1_0_1_1_0_0" },
    },
    {
      name: "Hides",
      said: "c keeps what came first, but o opens only when an input of −1 asks for it.",
      settings: {
        W: "5 0 2 -6",
        U: "0 0 0 0",
        b: "-2 5 0 -3",
        c: "0 0 0 0",
        x: "1_0_0_0_-1_0_0_0",
      },
    },
  ],
};

/** What a preset says beside its weights: one unit, one input, the whole of the first step. */
export const chosen = (preset: Preset): Settings => ({
  ...preset.settings,
  inputs: "1",
  units: "1",
  unit: undefined,
  t: undefined,
  stage: undefined,
});
