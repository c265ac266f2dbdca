import type { NetworkSpec } from "../spec";
import { POOLS, type Pool } from "./pools";
import { addProduct } from "./product";

/** What a head has gathered of the steps so far. */
export type Gathered = { steps: number; pools: Pool[] } | { said: Float32Array };

/** What turns the last layer's outputs into a network's; it holds weights and no state. */
export interface Head {
  begin(): Gathered;
  /** Take `(T, D·H)` outputs and `(T, I)` input vectors of more steps. */
  fold(kept: Gathered, count: number, outputs: Float32Array, inputs: Float32Array): Gathered;
  read(kept: Gathered): Float32Array;
}

/** One part of what the pooled head reads: a pool of some columns, folded from either end. */
interface Gather {
  pool: string;
  ofInputs: boolean;
  column: number;
  size: number;
  reverse: boolean;
}

/** One answer a sequence: pools of the last layer and of the inputs, side by side → linear. */
export class PooledHead implements Head {
  private readonly gathers: Gather[];

  constructor(
    spec: NetworkSpec,
    private readonly weight: Float32Array,
    private readonly bias: Float32Array,
  ) {
    const [H, I] = [spec.hidden_size, spec.input_size];
    const sides = spec.bidirectional ? [false, true] : [false];
    this.gathers = [
      ...spec.pools.flatMap((pool) =>
        sides.map((reverse) => ({
          ...{ pool, reverse, ofInputs: false },
          ...{ column: reverse ? H : 0, size: H },
        })),
      ),
      ...spec.input_pools.map((pool) => ({
        ...{ pool, reverse: false, ofInputs: true },
        ...{ column: 0, size: I },
      })),
    ];
  }

  begin(): Gathered {
    return { steps: 0, pools: this.gathers.map(({ pool, size }) => POOLS[pool]!(size)) };
  }

  fold(kept: Gathered, count: number, outputs: Float32Array, inputs: Float32Array): Gathered {
    if ("said" in kept || !count) {
      return kept;
    }
    const pools = kept.pools.map((pool) => pool.copy());
    this.gathers.forEach(({ ofInputs, column, reverse }, n) => {
      const rows = ofInputs ? inputs : outputs;
      const width = rows.length / count;
      for (let step = 0; step < count; step++) {
        pools[n]!.fold(rows, (reverse ? count - 1 - step : step) * width + column);
      }
    });
    return { steps: kept.steps + count, pools };
  }

  read(kept: Gathered): Float32Array {
    const size = this.weight.length / this.bias.length;
    const pooled = new Float32Array(size);
    let at = 0;
    if (!("said" in kept)) {
      for (const [n, pool] of kept.pools.entries()) {
        pool.write(pooled, at, kept.steps);
        at += this.gathers[n]!.size;
      }
    }
    return linear(this.weight, this.bias, pooled, 0);
  }
}

/** An answer to every step: the last layer's output → linear. */
export class StepHead implements Head {
  constructor(
    private readonly weight: Float32Array,
    private readonly bias: Float32Array,
  ) {}

  begin(): Gathered {
    return { said: new Float32Array(0) };
  }

  fold(_: Gathered, count: number, outputs: Float32Array): Gathered {
    const K = this.bias.length;
    const said = new Float32Array(count * K);
    for (let t = 0; t < count; t++) {
      said.set(linear(this.weight, this.bias, outputs, (t * outputs.length) / count), t * K);
    }
    return { said };
  }

  read(kept: Gathered): Float32Array {
    return "said" in kept ? kept.said : new Float32Array(0);
  }
}

/** Return weight · x + bias, `(O)`; `x` begins at `at`. */
export function linear(
  weight: Float32Array,
  bias: Float32Array,
  x: Float32Array,
  at: number,
): Float32Array {
  const sums = Float64Array.from(bias);
  addProduct(weight, weight.length / bias.length, x, at, sums);
  return Float32Array.from(sums);
}
