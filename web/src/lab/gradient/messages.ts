import type { Flow } from "../../nets/flow";
import type { Asked, Progress } from "../../nets/learner";

/** What the page tells its worker. */
export type Told = { kind: "begin"; asked: Asked; lag: number } | { kind: "go" } | { kind: "stop" };

/** What the worker says. */
export type Heard =
  /** Every batch since the last such message, and the seconds of work so far. */
  | { kind: "batches"; batches: Progress[]; seconds: number }
  | { kind: "solved" }
  /** Right answers on fresh sequences of so many steps. */
  | { kind: "reach"; steps: number; share: number }
  /** Of the net as it is now. */
  | { kind: "flow"; flow: Flow };
