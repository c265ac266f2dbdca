import { describe, expect, it } from "vitest";
import { networkOf } from "../../src/runtime/network/build";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { specOf } from "../../src/runtime/spec";
import { casesOf, expectNear, stepsOf, type WrittenSteps } from "./cases";

interface Case {
  name: string;
  packed: Packed;
  tolerance: number;
  sequences: { steps: WrittenSteps; outputs: number[]; states: number[]; units: number }[];
}

describe.each(casesOf<Case[]>("networks"))("$name", ({ packed, sequences, tolerance }) => {
  const saved = unpacked(packed);
  const spec = specOf(saved.network);
  const network = networkOf(spec, saved.tensors);

  it("says of whole sequences what Python says", () => {
    for (const { steps, outputs } of sequences) {
      expectNear(network.forward(stepsOf(steps)), outputs, tolerance);
    }
  });

  it("has Python's states after every step", () => {
    for (const { steps, states, units } of sequences) {
      expect(network.units).toBe(units);
      expectNear(network.states(stepsOf(steps)), states, tolerance);
    }
  });

  it("says in a stream what it says of the whole, and does not touch states that are kept", () => {
    if (spec.bidirectional || spec.linear_after) {
      expect(() => network.begin()).toThrow("cannot stream");
      return;
    }
    for (const { steps, outputs } of sequences) {
      const whole = stepsOf(steps);
      let walk = network.begin();
      const said: number[] = [];
      for (let start = 0; start < whole.count; ) {
        const piece = whole.slice(start, start + 1 + (start % 3));
        walk.advance(whole.slice(0, whole.count)); // of no effect
        walk = walk.advance(piece);
        said.push(...walk.read());
        start += piece.count;
      }
      if (!spec.chain) {
        expectNear(spec.per_step ? said : walk.read(), outputs, tolerance);
      } else if (whole.count) {
        const K = spec.outputs; // the newest step is answered as the last of that sequence
        expectNear(said.slice(-K), outputs.slice(-K), tolerance);
      }
    }
  });
});
