import { InputError } from "../errors";
import type { Steps } from "../steps";

/** Largest size of a number in a step. */
const LARGEST = 1e18;

/** What kind of step a network takes. */
export interface InputLayer {
  /** Return the vectors of steps, `(T, I)`. */
  vectors(steps: Steps): Float32Array;
}

/** Steps are ids, or several ids each, whose rows of an embedding `(V, E)` are added up. */
export class Tokens implements InputLayer {
  constructor(
    private readonly embedding: Float32Array,
    private readonly size: number,
    private readonly idsPerStep: number,
  ) {}

  vectors(steps: Steps): Float32Array {
    checkIds(steps, this.idsPerStep, this.embedding.length / this.size);
    const { embedding, size, idsPerStep } = this;
    const found = new Float32Array(steps.count * size);
    const sum = new Float64Array(size);
    for (let t = 0; t < steps.count; t++) {
      sum.fill(0);
      for (let k = 0; k < idsPerStep; k++) {
        const id = steps.values[t * idsPerStep + k]!;
        if (id === 0 && idsPerStep > 1) {
          continue; // beside other ids, padding is nothing
        }
        for (let i = 0; i < size; i++) {
          sum[i] = sum[i]! + embedding[id * size + i]!;
        }
      }
      found.set(sum, t * size);
    }
    return found;
  }
}

/** Steps are vectors of `size` floats. */
export class Vectors implements InputLayer {
  constructor(private readonly size: number) {}

  vectors(steps: Steps): Float32Array {
    checkVectors(steps, this.size);
    return steps.values as Float32Array;
  }
}

/** Refuse what are no vectors of so many numbers. */
export function checkVectors(steps: Steps, size: number): void {
  if (steps.columns !== size || !(steps.values instanceof Float32Array)) {
    throw new InputError(`expected vectors of ${size} numbers, found ${steps.columns} a step`);
  }
  const wrong = steps.values.findIndex((value) => !(Math.abs(value) <= LARGEST));
  if (wrong >= 0) {
    throw new InputError(
      `step ${Math.floor(wrong / size)} holds NaN or a number beyond ${LARGEST}`,
    );
  }
}

/** Refuse what are no ids below `known`, so many a step. */
export function checkIds(steps: Steps, columns: number, known: number): void {
  if (steps.columns !== columns || !(steps.values instanceof Int32Array)) {
    throw new InputError(`expected ${columns} ids a step, found ${steps.columns}`);
  }
  const wrong = steps.values.find((id) => id < 0 || id >= known);
  if (wrong !== undefined) {
    throw new InputError(`id ${wrong} is outside this model's vocabulary of ${known}`);
  }
}
