/**
 * Random numbers that follow from a seed (mulberry32), so that an address says what is drawn.
 *
 * But: no more than 2³² numbers before they repeat, and not for secrets.
 */
export class Random {
  private state: number;

  constructor(seed: number) {
    this.state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1);
  }

  /** From 0 on, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  uniform(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  /** Mean 0, variance 1 (Box and Muller). */
  normal(): number {
    const length = Math.sqrt(-2 * Math.log(1 - this.next()));
    return length * Math.cos(2 * Math.PI * this.next());
  }

  /** A whole number from 0 on, below n. */
  below(n: number): number {
    return Math.floor(n * this.next());
  }
}
