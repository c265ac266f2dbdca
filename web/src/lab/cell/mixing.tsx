import type { Tape } from "../../nets/layer";
import { GATES, type Weights } from "../../nets/weights";
import { type Part, type Shown, Sum } from "./sum";
import { Value } from "./value";

/** What the gates do with the state: the last part of a step of a GRU or an LSTM. */
export function Mixing({
  weights,
  tape,
  t,
  unit,
  shown,
}: {
  weights: Weights;
  tape: Tape;
  t: number;
  unit: number;
  /** `sum` of the new c or h, `value` of an LSTM's h. */
  shown: Shown;
}) {
  const { kind, units: H } = weights;
  const width = GATES[kind].length * H;
  const gate = (place: number) => tape.gates[t * width + place * H + unit]!;
  const known = shown.products === "no" ? "no" : "yes";
  const part = (name: string, by: string, share: number, value: number): Part => ({
    key: name,
    met: (
      <>
        {name} <Value value={share} seen={known} />
      </>
    ),
    by: (
      <span class="weight">
        {by} <Value value={value} seen={known} />
      </span>
    ),
    product: share * value,
  });
  if (kind === "gru") {
    const z = gate(1);
    const parts = [part("1 − z", "n", 1 - z, gate(2)), part("z", "h", z, tape.h[t * H + unit]!)];
    const total = tape.h[(t + 1) * H + unit]!;
    return (
      <Sum
        parts={parts}
        factor={one}
        total={{ name: "h′", value: total }}
        reach={1}
        shown={shown}
      />
    );
  }
  const cell = tape.c[(t + 1) * H + unit]!;
  const [old, added] = [
    part("f", "c", gate(1), tape.c[t * H + unit]!),
    part("i", "g", gate(0), gate(2)),
  ];
  const reach = Math.max(2, Math.ceil(Math.abs(cell)), Math.ceil(Math.abs(old.product)));
  return (
    <>
      <Sum
        parts={[old, added]}
        factor={one}
        total={{ name: "c′", value: cell }}
        squash={{ by: "tanh", name: "", value: Math.tanh(cell) }}
        reach={reach}
        shown={shown}
      />
      <p class="shows">
        o <Value value={gate(3)} seen={shown.value} /> × tanh(c′){" "}
        <Value value={Math.tanh(cell)} seen={shown.value} /> = h′{" "}
        <Value value={tape.h[(t + 1) * H + unit]!} seen={shown.value} strong />
      </p>
    </>
  );
}

const one = () => 1;
