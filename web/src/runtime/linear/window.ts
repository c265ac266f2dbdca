import { checkVectors } from "../network/input";
import type { Walk } from "../network/walk";
import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import type { LinearPart } from "./part";

/** Of vectors x W + b is said, x the last of their floats, oldest first. */
export class OfWindow implements LinearPart {
  /** `weight` is `(floats, outputs)`, `bias` `(outputs)`. */
  constructor(
    readonly spec: NetworkSpec,
    readonly weight: Float32Array,
    readonly bias: Float32Array,
  ) {}

  forward(steps: Steps): Float32Array {
    return this.begin().advance(steps).read();
  }

  begin(): Walk {
    return new Newest(this, new Float32Array(0));
  }

  own(steps: Steps): Steps {
    return steps;
  }
}

class Newest implements Walk {
  constructor(
    private readonly part: OfWindow,
    private readonly kept: Float32Array,
  ) {}

  advance(steps: Steps): Walk {
    checkVectors(steps, this.part.spec.input_size);
    const both = new Float32Array(this.kept.length + steps.values.length);
    both.set(this.kept);
    both.set(steps.values, this.kept.length);
    return new Newest(this.part, both.slice(-this.part.spec.linear));
  }

  read(): Float32Array {
    const { weight, bias, spec } = this.part;
    const K = bias.length;
    const first = spec.linear - this.kept.length; // of what is not there yet nothing is said
    const sums = Float64Array.from(bias);
    this.kept.forEach((value, n) => {
      for (let k = 0; k < K; k++) {
        sums[k] = sums[k]! + value * weight[(first + n) * K + k]!;
      }
    });
    return Float32Array.from(sums);
  }
}
