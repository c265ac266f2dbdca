import type { NetworkSpec } from "../spec";
import { Steps } from "../steps";

/** As what the recurrence reads an id that only the linear part knows. */
export const UNKNOWN = 1;
export const PADDING = 0;

/** Return the ids of steps, `(T, columns)`, as the recurrence reads them, `(T, ids_per_step)`. */
export function ownSteps(spec: NetworkSpec, steps: Steps): Steps {
  const columns = spec.ids_per_step;
  const own = new Int32Array(steps.count * columns);
  for (let t = 0; t < steps.count; t++) {
    for (let k = 0; k < columns; k++) {
      const id = steps.values[t * steps.columns + k]!;
      own[t * columns + k] = id < spec.vocabulary ? id : k ? PADDING : UNKNOWN;
    }
  }
  return new Steps(own, columns);
}
