import type { Cell, CellState } from "./cell";

/** The recurrent layers, of one cell each (left to right) or two (both ways). */
export class Layers {
  readonly directions: number;

  constructor(private readonly cells: Cell[][]) {
    this.directions = cells[0]!.length;
  }

  /** D·H. */
  get units(): number {
    return this.directions * this.cells[0]![0]!.units;
  }

  /** The state of every layer before the first step; of both ways, forward and then from the end. */
  begin(): CellState[] {
    return this.cells.flatMap((sides) => sides.map((cell) => cell.begin()));
  }

  /**
   * Run all layers over steps.
   *
   * @param x - `(T, I)`.
   * @param count - T.
   * @param states - of every layer, changed in place.
   * @returns the last layer's outputs, `(T, D·H)`.
   */
  run(x: Float32Array, count: number, states: CellState[]): Float32Array {
    const width = this.units;
    let below = x;
    this.cells.forEach((sides, layer) => {
      const columns = count ? below.length / count : 0;
      const outputs = new Float32Array(count * width);
      sides.forEach((cell, direction) => {
        const state = states[layer * this.directions + direction]!;
        for (let n = 0; n < count; n++) {
          const t = direction ? count - 1 - n : n;
          cell.step(below, t * columns, state);
          outputs.set(state.h, t * width + direction * cell.units);
        }
      });
      below = outputs;
    });
    return below;
  }
}
