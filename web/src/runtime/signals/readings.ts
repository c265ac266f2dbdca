/** What a stream of sensor rows keeps. */
export interface Held {
  /** `(C)` the newest values, NaN of a channel that had none. */
  last: Float32Array;
  /** The rows of the unfinished step, carried forward, and which of their values were missing. */
  rows: { values: Float32Array; missing: boolean[] }[];
}

/**
 * Rows of sensors as steps, as `elman.runtime.frontend.readings`: what is missing is carried
 * forward and marked; of every `every` rows one step is made, their mean.
 */
export class Readings {
  /** Of a step: C means of values, NaN of none, and C shares that were missing. */
  readonly columns: number;

  constructor(
    private readonly channels: number,
    private readonly every: number,
  ) {
    this.columns = 2 * channels;
  }

  /** What is kept before the first row. */
  begin(): Held {
    return { last: new Float32Array(this.channels).fill(Number.NaN), rows: [] };
  }

  /** Return the steps that further rows `(n, C)` complete, `(T, 2 C)`, and what is kept. */
  advance(held: Held, values: Float32Array): [Float32Array, Held] {
    const C = this.channels;
    let { last } = held;
    let rows = held.rows.slice();
    const steps: number[] = [];
    for (let at = 0; at < values.length; at += C) {
      const own = values.subarray(at, at + C);
      const before = last;
      last = own.map((value, c) => (Number.isNaN(value) ? before[c]! : value));
      rows.push({ values: last, missing: Array.from(own, Number.isNaN) });
      if (rows.length === this.every) {
        for (let c = 0; c < C; c++) {
          const known = rows.map((row) => row.values[c]!).filter((value) => !Number.isNaN(value));
          steps.push(known.reduce((sum, value) => sum + value, 0) / known.length);
        }
        for (let c = 0; c < C; c++) {
          steps.push(rows.filter((row) => row.missing[c]).length / this.every);
        }
        rows = [];
      }
    }
    return [Float32Array.from(steps), { last, rows }];
  }
}
