import type { Floats } from "./weights";

/** Adam (Kingma & Ba 2015) behind a gradient that is clipped to a length. */
export class Adam {
  private readonly mean: Floats;
  private readonly square: Floats;
  private taken = 0;

  constructor(
    size: number,
    private readonly rate: number,
    private readonly clip: number,
  ) {
    this.mean = new Float64Array(size);
    this.square = new Float64Array(size);
  }

  /** Moves the parameters; a step whose gradient is no number is left out. */
  step(parameters: Floats, gradient: Floats): void {
    let squares = 0;
    for (const value of gradient) squares += value * value;
    const norm = Math.sqrt(squares);
    if (!Number.isFinite(norm)) return;
    const scale = Math.min(1, this.clip / (norm + 1e-6));
    this.taken++;
    const first = 1 - 0.9 ** this.taken;
    const second = 1 - 0.999 ** this.taken;
    for (let i = 0; i < parameters.length; i++) {
      const g = scale * gradient[i]!;
      this.mean[i] = 0.9 * this.mean[i]! + 0.1 * g;
      this.square[i] = 0.999 * this.square[i]! + 0.001 * g * g;
      const size = Math.sqrt(this.square[i]! / second) + 1e-8;
      parameters[i]! -= (this.rate * this.mean[i]!) / first / size;
    }
  }
}
