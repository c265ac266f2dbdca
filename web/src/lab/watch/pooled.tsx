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
): Record<keyof typeof CALLED, number[]> {
  const units = Array.from({ length: states[0]?.length ?? 0 }, (_, unit) => unit);
  const over = (unit: number) => states.map((state) => state[unit]!);
  return {
    last: units.map((unit) => states.at(-1)![unit]!),
    mean: units.map((unit) => over(unit).reduce((sum, value) => sum + value, 0) / states.length),
    max: units.map((unit) => Math.max(...over(unit))),
  };
}

/** The last state beside the mean and the maximum, and which of them the answer is read off. */
export function Pooled({ steps, reads }: { steps: readonly TextStep[]; reads: PoolName[] }) {
  const vectors = pooled(steps.map(({ state }) => state));
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
              columns={values.map((value) => [value])}
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
