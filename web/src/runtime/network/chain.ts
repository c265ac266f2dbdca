import type { NetworkSpec } from "../spec";
import type { Steps } from "../steps";
import type { AnyNetwork, Walk } from "./walk";

/** Probability below which a label is called impossible, so that its logarithm is a number. */
const LEAST = 1e-30;
/** The least positive number of float64 that is not subnormal. */
const TINY = 2.2250738585072014e-308;

/**
 * A linear-chain conditional random field on top of the answers to every step.
 *
 * What comes out are the logarithms of posterior marginals p(y_t | all steps), by the
 * forward-backward algorithm with scaled probabilities; in a stream, of the steps so far.
 */
export class Chained implements AnyNetwork {
  readonly first: Float64Array;
  readonly next: Float64Array;
  readonly units: number;

  /** `weight` is `(K, K)` from row to column, `start` `(K)`. */
  constructor(
    readonly spec: NetworkSpec,
    weight: Float32Array,
    start: Float32Array,
    private readonly below: AnyNetwork,
  ) {
    this.first = oddsOf(start);
    this.next = oddsOf(weight);
    this.units = below.units;
  }

  forward(steps: Steps): Float32Array {
    const K = this.spec.outputs;
    const logits = this.below.forward(steps);
    const T = steps.count;
    const odds = Array.from({ length: T }, (_, t) => oddsOf(logits.subarray(t * K, (t + 1) * K)));
    const before: Float64Array[] = [];
    for (const own of odds) {
      const came = before.length ? this.onward(before.at(-1)!) : this.first;
      before.push(share(own.map((odd, k) => odd * came[k]!)));
    }
    const said = new Float32Array(T * K);
    let after = new Float64Array(K).fill(1);
    for (let t = T - 1; t >= 0; t--) {
      const both = share(before[t]!.map((p, k) => p * after[k]!));
      said.set(both.map(log), t * K);
      after = share(this.back(after.map((p, k) => p * odds[t]![k]!)));
    }
    return said;
  }

  begin(): Walk {
    return new ChainedWalk(this, this.below.begin(), undefined, new Float32Array(0));
  }

  states(steps: Steps): Float32Array {
    return this.below.states(steps);
  }

  /** From the labels of one step to those of the next. */
  onward(labels: Float64Array): Float64Array {
    const K = labels.length;
    return labels.map((_, to) => sum(K, (from) => labels[from]! * this.next[from * K + to]!));
  }

  private back(labels: Float64Array): Float64Array<ArrayBuffer> {
    const K = labels.length;
    return Float64Array.from(labels, (_, from) =>
      sum(K, (to) => labels[to]! * this.next[from * K + to]!),
    );
  }
}

class ChainedWalk implements Walk {
  constructor(
    private readonly chain: Chained,
    private readonly below: Walk,
    private readonly label: Float64Array | undefined,
    private readonly said: Float32Array,
  ) {}

  advance(steps: Steps): Walk {
    const below = this.below.advance(steps);
    const logits = below.read();
    const K = this.chain.spec.outputs;
    const said = new Float32Array(logits.length);
    let label = this.label;
    for (let at = 0; at < logits.length; at += K) {
      const came = label === undefined ? this.chain.first : this.chain.onward(label);
      label = share(oddsOf(logits.subarray(at, at + K)).map((odd, k) => odd * came[k]!));
      said.set(label.map(log), at);
    }
    return new ChainedWalk(this.chain, below, label, said);
  }

  read(): Float32Array {
    return this.said;
  }

  state(): Float32Array {
    return this.below.state?.() ?? new Float32Array(0);
  }
}

function sum(count: number, term: (n: number) => number): number {
  let total = 0;
  for (let n = 0; n < count; n++) {
    total += term(n);
  }
  return total;
}

/** Exponentials, the largest of them 1. */
function oddsOf(logits: Float32Array): Float64Array<ArrayBuffer> {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  return Float64Array.from(logits, (logit) => Math.exp(logit - most));
}

function share(odds: Float64Array): Float64Array<ArrayBuffer> {
  const total = Math.max(
    odds.reduce((a, b) => a + b, 0),
    TINY,
  );
  return Float64Array.from(odds, (odd) => odd / total);
}

function log(probability: number): number {
  return Math.log(Math.max(probability, LEAST));
}
