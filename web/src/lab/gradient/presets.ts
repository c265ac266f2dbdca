import type { Settings } from "../address";

/** The 10 to 15 steps that are said of it, two ways to fail, and four to remember: a story. */
export const PRESETS: readonly { name: string; said: string; settings: Settings }[] = [
  {
    name: "Near",
    said: "torch’s own start, 15 steps from the first batch on: these are the “10 to 15 words”. Some two hundred batches, and it recalls them; twice as many steps it does not.",
    settings: { cell: "rnn", start: "torch", T: "15" },
  },
  {
    name: "Too far",
    said: "torch’s own start, 40 steps from the first batch on. The gradient has halved every step or so: nothing of the symbol’s error arrives, and the net stays at chance.",
    settings: { cell: "rnn", start: "torch", T: "40" },
  },
  {
    name: "Gates alone",
    said: "An LSTM from torch’s own start, 40 steps. Its gates halve the gradient too as long as nobody opens them.",
    settings: { cell: "lstm", start: "torch", T: "40" },
  },
  {
    name: "Short first",
    said: "The same start as “Too far”, but lengths that grow from 10 steps and vary: what is learned must hold at any length, and 60 steps are recalled.",
    settings: { cell: "rnn", start: "torch", T: "60", grow: "yes", vary: "yes" },
  },
  {
    name: "A turn",
    said: "An orthogonal start turns the state and keeps its length, and the gradient’s, as long as small inputs leave tanh near its line. With lengths that grow it recalls 100 steps.",
    settings: {
      cell: "rnn",
      start: "orthogonal",
      input: "0.02",
      T: "100",
      grow: "yes",
      vary: "yes",
      lag: "100",
    },
  },
  {
    name: "A latch",
    said: "Each unit comes to rest at one of two ends. What came first stays, even though its gradient fades: some fifty batches of 10 steps, and 500 steps are recalled.",
    settings: { cell: "rnn", start: "latch", T: "500", grow: "yes", vary: "yes", lag: "100" },
  },
  {
    name: "Slow gates",
    said: "A GRU whose gates begin with times from 1 to T steps (chrono).",
    settings: { cell: "gru", start: "chrono", T: "100", grow: "yes", vary: "yes", lag: "100" },
  },
];

const ALL = ["cell", "start", "T", "grow", "vary", "lag", "gain", "input", "keep", "units", "seed"];

/** All settings of a preset; what it does not say is as it is at first. */
export const whole = (settings: Settings): Settings => ({
  ...Object.fromEntries(ALL.map((name) => [name, undefined])),
  ...settings,
});
