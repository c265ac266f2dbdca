import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";

/** All that a stream remembers. A step makes a new one, so keeping the old one is a copy. */
export interface Walk {
  /** Take some more steps, `(T, columns)`; T may be 0. */
  advance(steps: Steps): Walk;
  /** `(outputs)` after the steps so far; where every step is answered, `(T, outputs)` of the newest. */
  read(): Float32Array;
  /** `(units)`, the last layer's state after the steps so far; a linear part has none. */
  state?(): Float32Array;
}

/** Whatever a spec describes. */
export interface AnyNetwork {
  readonly spec: NetworkSpec;
  /** Outputs of a whole sequence, `(outputs)`; where every step is answered, `(T, outputs)`. */
  forward(steps: Steps): Float32Array;
  /** Begin a stream; a network that reads both ways has none. */
  begin(): Walk;
  /** The last layer's state after every step, `(T, units)`, of members side by side. */
  states(steps: Steps): Float32Array;
  /** Of `states`; 0 of a linear part alone. */
  readonly units: number;
}
