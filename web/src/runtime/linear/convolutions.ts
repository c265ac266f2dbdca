import { checkVectors } from "../network/input";
import type { Walk } from "../network/walk";
import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import type { LinearPart } from "./part";

const TAPS = 9;

/** Of each kernel the places of its three weights of 2; all others are -1. */
const CHOSEN: [number, number, number][] = [];
for (let a = 0; a < TAPS; a++) {
  for (let b = a + 1; b < TAPS; b++) {
    for (let c = b + 1; c < TAPS; c++) {
      CHOSEN.push([a, b, c]);
    }
  }
}
const KERNELS = CHOSEN.length;

/** The tensors of the linear part, C channels, D dilations, Q thresholds. */
interface Weights {
  /** `(D, C, 84)` how much each kernel reads of each channel, 0 or 1. */
  channels: Float32Array;
  /** `(D, 84, Q)` what each is compared with. */
  thresholds: Float32Array;
  /** `(features, outputs)`. */
  weight: Float32Array;
  /** `(outputs)`. */
  bias: Float32Array;
}

/** What a stream keeps of C channels; a step makes a new one. */
interface Kept {
  steps: number;
  /** `(8 · largest dilation, C)` the newest steps, 0 before the first. */
  past: Float32Array;
  /** `(D, 84, Q)` how often each was above its threshold. */
  counts: Float64Array;
  /** `(4, C)` sums of values and of their squares, the least and the largest. */
  statistics: Float64Array;
}

/** MiniRocket's fixed convolutions, as `elman.runtime.convolutions` says, under a linear layer. */
export class OfConvolutions implements LinearPart {
  constructor(
    readonly spec: NetworkSpec,
    private readonly weights: Weights,
  ) {}

  forward(steps: Steps): Float32Array {
    return this.begin().advance(steps).read();
  }

  begin(): Walk {
    const C = this.spec.input_size;
    const statistics = new Float64Array(4 * C).fill(Infinity, 2 * C, 3 * C).fill(-Infinity, 3 * C);
    return new Counted(this, {
      steps: 0,
      past: new Float32Array(this.reach * C),
      counts: new Float64Array(this.weights.thresholds.length),
      statistics,
    });
  }

  own(steps: Steps): Steps {
    return steps;
  }

  /** Steps that the widest kernel looks back. */
  private get reach(): number {
    return (TAPS - 1) * this.spec.dilations.at(-1)!;
  }

  /** Count further steps. */
  advanced(kept: Kept, steps: Steps): Kept {
    const C = this.spec.input_size;
    checkVectors(steps, C);
    const x = new Float32Array(kept.past.length + steps.values.length);
    x.set(kept.past);
    x.set(steps.values, kept.past.length);
    const counts = kept.counts.slice();
    this.spec.dilations.forEach((dilation, d) => {
      this.count(x, steps.count, dilation, d, counts);
    });
    const statistics = kept.statistics.slice();
    steps.values.forEach((value, n) => {
      const c = n % C;
      statistics[c] = statistics[c]! + value;
      statistics[C + c] = statistics[C + c]! + value * value;
      statistics[2 * C + c] = Math.min(statistics[2 * C + c]!, value);
      statistics[3 * C + c] = Math.max(statistics[3 * C + c]!, value);
    });
    const past = x.slice(x.length - kept.past.length);
    return { steps: kept.steps + steps.count, past, counts, statistics };
  }

  /** Add to `counts` how often the kernels of one dilation are above their thresholds. */
  private count(x: Float32Array, T: number, dilation: number, d: number, counts: Float64Array) {
    const { thresholds, channels } = this.weights;
    const C = this.spec.input_size;
    const Q = this.spec.thresholds;
    const span = (TAPS - 1) * dilation;
    const first = this.reach - span;
    const y = new Float64Array(span + T); // what the kernel reads at each step
    for (let kernel = 0; kernel < KERNELS; kernel++) {
      for (let t = 0; t < y.length; t++) {
        let sum = 0;
        for (let c = 0; c < C; c++) {
          sum += x[(first + t) * C + c]! * channels[(d * C + c) * KERNELS + kernel]!;
        }
        y[t] = sum;
      }
      const chosen = CHOSEN[kernel]!;
      const row = (d * KERNELS + kernel) * Q;
      for (let t = 0; t < T; t++) {
        let total = 0;
        for (let j = 0; j < TAPS; j++) {
          total += y[t + span - j * dilation]!;
        }
        let said = -total;
        for (const j of chosen) {
          said += 3 * y[t + span - j * dilation]!;
        }
        for (let q = 0; q < Q; q++) {
          if (said > thresholds[row + q]!) {
            counts[row + q] = counts[row + q]! + 1;
          }
        }
      }
    }
  }

  /** What the features of the steps so far say; they are 0 before the first. */
  said({ steps: T, counts, statistics }: Kept): Float32Array {
    const { weight, bias } = this.weights;
    const C = this.spec.input_size;
    const K = bias.length;
    const features = new Float32Array(counts.length + 4 * C);
    for (let n = 0; T && n < counts.length; n++) {
      features[n] = counts[n]! / T;
    }
    for (let c = 0; T && c < C; c++) {
      const mean = statistics[c]! / T;
      const spread = Math.sqrt(Math.max(statistics[C + c]! / T - mean * mean, 0));
      features[counts.length + c] = mean;
      features[counts.length + C + c] = spread;
      features[counts.length + 2 * C + c] = statistics[2 * C + c]!;
      features[counts.length + 3 * C + c] = statistics[3 * C + c]!;
    }
    const sums = Float64Array.from(bias);
    features.forEach((feature, n) => {
      for (let k = 0; feature && k < K; k++) {
        sums[k] = sums[k]! + feature * weight[n * K + k]!;
      }
    });
    return Float32Array.from(sums);
  }
}

class Counted implements Walk {
  constructor(
    private readonly part: OfConvolutions,
    private readonly kept: Kept,
  ) {}

  advance(steps: Steps): Walk {
    return new Counted(this.part, this.part.advanced(this.kept, steps));
  }

  read(): Float32Array {
    return this.part.said(this.kept);
  }
}
