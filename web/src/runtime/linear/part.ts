import type { Walk } from "../network/walk";
import type { Steps } from "../steps";

/** The linear part of a network: every id of a step, or every float, speaks for itself. */
export interface LinearPart {
  /** What is said of a whole sequence, `(outputs)`; of every step, `(T, outputs)`. */
  forward(steps: Steps): Float32Array;
  begin(): Walk;
  /** Return the steps as the recurrence reads them. */
  own(steps: Steps): Steps;
}
