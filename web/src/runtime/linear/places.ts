import { InputError } from "../errors";
import { checkIds } from "../network/input";
import type { Walk } from "../network/walk";
import type { NetworkSpec } from "../spec";
import { Steps } from "../steps";
import { ownSteps } from "./own";
import type { LinearPart } from "./part";

/** Of every step Σ W[place, id] + b is said, over the ids of the steps at places around it. */
export class OfPlaces implements LinearPart {
  /** Ids of a step. */
  readonly columns: number;

  /** `weight` is `(places · linear, outputs)`, `bias` `(outputs)`. */
  constructor(
    readonly spec: NetworkSpec,
    private readonly weight: Float32Array,
    private readonly bias: Float32Array,
  ) {
    this.columns = Math.max(spec.ids_per_step + spec.linear_ids, 1);
  }

  forward(steps: Steps): Float32Array {
    this.check(steps);
    return this.said(steps, 0);
  }

  begin(): Walk {
    const { linear_after, linear_before } = this.spec;
    if (linear_after) {
      throw new InputError(
        `This model reads ${linear_after} steps ahead of each, so it cannot stream.`,
      );
    }
    // id 0 says nothing, so steps of zeros are steps that are not there
    const before = new Int32Array(linear_before * this.columns);
    return new Around(this, before, new Float32Array(0));
  }

  own(steps: Steps): Steps {
    return ownSteps(this.spec, steps);
  }

  check(steps: Steps): void {
    checkIds(steps, this.columns, this.spec.linear);
  }

  /** Return what is said of all steps from `first` on, `(T, outputs)`. */
  said(steps: Steps, first: number): Float32Array {
    const { linear_before: before, linear_after: after, linear_around, linear } = this.spec;
    const K = this.bias.length;
    const every = Array.from({ length: this.columns }, (_, column) => column);
    const around = linear_around.length ? linear_around : every;
    const said = new Float32Array((steps.count - first) * K);
    const sums = new Float64Array(K);
    for (let t = first; t < steps.count; t++) {
      sums.set(this.bias);
      const last = Math.min(t + after, steps.count - 1);
      for (let there = Math.max(t - before, 0); there <= last; there++) {
        const rows = (there - t + before) * linear;
        for (const column of there === t ? every : around) {
          const id = steps.values[there * this.columns + column]!;
          for (let k = 0; id && k < K; k++) {
            sums[k] = sums[k]! + this.weight[(rows + id) * K + k]!;
          }
        }
      }
      said.set(sums, (t - first) * K);
    }
    return said;
  }
}

class Around implements Walk {
  constructor(
    private readonly part: OfPlaces,
    private readonly before: Int32Array,
    private readonly newest: Float32Array,
  ) {}

  advance(steps: Steps): Walk {
    this.part.check(steps);
    const ids = new Int32Array(this.before.length + steps.values.length);
    ids.set(this.before);
    ids.set(steps.values, this.before.length);
    const said = this.part.said(
      new Steps(ids, this.part.columns),
      this.before.length / this.part.columns,
    );
    return new Around(this.part, ids.slice(ids.length - this.before.length), said);
  }

  read(): Float32Array {
    return this.newest;
  }
}
