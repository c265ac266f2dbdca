import type { Kind } from "../../nets/weights";

/** What happens within one step of time, in order; `said` is for people. */
export const STAGES: Record<Kind, readonly { name: string; said: string }[]> = {
  rnn: [
    { name: "products", said: "every input and every old state is multiplied by its weight" },
    { name: "sum", said: "products and biases add up, one after the other" },
    { name: "squash", said: "tanh brings the sum between −1 and 1: this is the new state" },
  ],
  gru: [
    { name: "products", said: "every input and every old state is multiplied by its weight" },
    { name: "sums of r and z", said: "the products of the two gates add up" },
    { name: "r and z", said: "σ makes a share between 0 and 1 of each sum" },
    { name: "sum of n", said: "r says how much of the old state the new value n may see" },
    { name: "n", said: "tanh brings the sum between −1 and 1: what could be written" },
    { name: "mixing", said: "z mixes: that share of the old state stays, the rest is n" },
  ],
  lstm: [
    { name: "products", said: "every input and every old state is multiplied by its weight" },
    { name: "sums", said: "the products of each gate add up" },
    { name: "gates", said: "σ makes shares of i, f and o, tanh makes g, what could be written" },
    { name: "cell", said: "f says how much of c stays, i how much of g is added" },
    { name: "output", said: "o says how much of tanh(c′) is shown: this is the new h" },
  ],
};

/** From which stage on a gate's sum and its value are there. */
export function stagesOf(kind: Kind, gate: string): { sum: number; value: number } {
  return kind === "gru" && gate === "n" ? { sum: 3, value: 4 } : { sum: 1, value: 2 };
}
