/** A sequence as a network takes it: `(T, columns)` ids, or vectors, row by row. */
export class Steps {
  constructor(
    readonly values: Int32Array | Float32Array,
    readonly columns: number,
  ) {}

  /** T. */
  get count(): number {
    return this.values.length / this.columns;
  }

  /** Return the steps from `start` up to `end`, which share the memory. */
  slice(start: number, end?: number): Steps {
    const last = end === undefined ? undefined : end * this.columns;
    return new Steps(this.values.subarray(start * this.columns, last), this.columns);
  }
}
