import { checkIds } from "../network/input";
import type { Walk } from "../network/walk";
import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import { ownSteps } from "./own";
import type { LinearPart } from "./part";

/** Of T steps of ids Σ W[id] / √T + b is said, summed over all ids of all steps. */
export class OfIds implements LinearPart {
  /** `weight` is `(ids, outputs)`, `bias` `(outputs)`. */
  constructor(
    private readonly spec: NetworkSpec,
    readonly weight: Float32Array,
    readonly bias: Float32Array,
  ) {}

  forward(steps: Steps): Float32Array {
    return this.begin().advance(steps).read();
  }

  begin(): Walk {
    return new Sum(this, 0, new Float64Array(this.bias.length));
  }

  own(steps: Steps): Steps {
    return ownSteps(this.spec, steps);
  }

  check(steps: Steps): void {
    const columns = this.spec.ids_per_step + this.spec.linear_ids;
    checkIds(steps, columns, this.weight.length / this.bias.length);
  }
}

class Sum implements Walk {
  constructor(
    private readonly part: OfIds,
    private readonly steps: number,
    private readonly total: Float64Array,
  ) {}

  advance(steps: Steps): Walk {
    this.part.check(steps);
    const { weight, bias } = this.part;
    const total = this.total.slice();
    const K = bias.length;
    for (const id of steps.values) {
      for (let k = 0; k < K; k++) {
        total[k] = total[k]! + weight[id * K + k]!;
      }
    }
    return new Sum(this.part, this.steps + steps.count, total);
  }

  read(): Float32Array {
    const root = Math.sqrt(Math.max(this.steps, 1));
    return Float32Array.from(this.total, (sum, k) => sum / root + this.part.bias[k]!);
  }
}
