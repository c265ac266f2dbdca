/** How the vectors of all steps become one: it folds them in one after the other. */
export interface Pool {
  copy(): Pool;
  /** Fold in the vector that begins at `at` in `rows`. */
  fold(rows: Float32Array, at: number): void;
  /** Write the pooled vector of so many steps; zeros where there were none. */
  write(out: Float32Array, at: number, steps: number): void;
}

/** The vector after the last step of a walk. */
class Last implements Pool {
  constructor(private readonly kept: Float32Array) {}

  copy(): Pool {
    return new Last(this.kept.slice());
  }

  fold(rows: Float32Array, at: number): void {
    this.kept.set(rows.subarray(at, at + this.kept.length));
  }

  write(out: Float32Array, at: number): void {
    out.set(this.kept, at);
  }
}

/** The mean over steps; the sum is kept in float64, and stays true over 100,000 of them. */
class Mean implements Pool {
  constructor(private readonly sum: Float64Array) {}

  copy(): Pool {
    return new Mean(this.sum.slice());
  }

  fold(rows: Float32Array, at: number): void {
    for (let k = 0; k < this.sum.length; k++) {
      this.sum[k] = this.sum[k]! + rows[at + k]!;
    }
  }

  write(out: Float32Array, at: number, steps: number): void {
    for (let k = 0; k < this.sum.length; k++) {
      out[at + k] = this.sum[k]! / Math.max(steps, 1);
    }
  }
}

/** The largest value of each unit. */
class Max implements Pool {
  constructor(private readonly most: Float32Array) {}

  copy(): Pool {
    return new Max(this.most.slice());
  }

  fold(rows: Float32Array, at: number): void {
    for (let k = 0; k < this.most.length; k++) {
      this.most[k] = Math.max(this.most[k]!, rows[at + k]!);
    }
  }

  write(out: Float32Array, at: number, steps: number): void {
    if (steps) {
      out.set(this.most, at);
    }
  }
}

/** By name, a pool of vectors of so many numbers; of one sequence `padded_last` is `last`. */
export const POOLS: Record<string, (size: number) => Pool> = {
  last: (size) => new Last(new Float32Array(size)),
  padded_last: (size) => new Last(new Float32Array(size)),
  mean: (size) => new Mean(new Float64Array(size)),
  max: (size) => new Max(new Float32Array(size).fill(-Infinity)),
};
