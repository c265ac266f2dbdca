import { useMemo } from "preact/hooks";
import type { PoolName, TextStep } from "../../runtime";
import { Heat } from "../../ui/heat";

const CALLED: Record<"last" | "mean" | "max", string> = {
  last: "the last state",
  mean: "the mean of all",
  max: "the largest of each unit",
};

/** The states of a text made into one vector, in the three ways that heads have. */
export function pooled(
  states: readonly ArrayLike<number>[],
): Record<keyof typeof CALLED, Float32Array> {
  const last = Float32Array.from(states.at(-1) ?? []);
  const mean = new Float32Array(last.length);
  const max = last.slice();
  for (const state of states) {
    for (let unit = 0; unit < last.length; unit++) {
      mean[unit]! += state[unit]! / states.length;
      max[unit] = Math.max(max[unit]!, state[unit]!);
    }
  }
  return { last, mean, max };
}

/** The last state beside the mean and the maximum, and which of them the answer is read off. */
export function Pooled({ steps, reads }: { steps: readonly TextStep[]; reads: PoolName[] }) {
  const vectors = useMemo(() => pooled(steps.map(({ state }) => state)), [steps]);
  const read = new Set<string>(reads.map((pool) => (pool === "padded_last" ? "last" : pool)));
  return (
    <>
      <div class="pooled">
        {Object.entries(vectors).map(([name, values]) => (
          <div key={name}>
            <span class={read.has(name) ? "" : "quiet"}>
              {CALLED[name as keyof typeof CALLED]}
              {read.has(name) && <b> – read by the head</b>}
            </span>
            <Heat
              columns={Array.from(values, (value) => [value])}
              height={22}
              said={`${CALLED[name as keyof typeof CALLED]}, ${values.length} units`}
            />
          </div>
        ))}
      </div>
      <p class="quiet">
        A column a unit. What was said early is in the mean and the maximum still; in the last state
        it is what the network chose to keep.
      </p>
    </>
  );
}
