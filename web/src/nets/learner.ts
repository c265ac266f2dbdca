import { Adam } from "./adam";
import { RecallNet } from "./net";
import { Random } from "./random";
import { sequences } from "./recall";
import type { Start } from "./starts";
import type { Kind } from "./weights";

/** What is asked of which net, and how it is trained: elman's `Recall`. */
export interface Asked {
  kind: Kind;
  units: number;
  start: Start;
  /** T: the symbol stands T − 1 steps back. */
  steps: number;
  /** Begin with few steps, and go on where the net still answers right. */
  grow: boolean;
  /** Draw each batch's length between half and all of the length at hand. */
  vary: boolean;
  seed: number;
}

export interface Progress {
  /** Optimizer steps so far. */
  batches: number;
  /** The longest of this batch, as it stands before it. */
  length: number;
  loss: number;
  /** Share of right answers, a running mean of ten batches. */
  right: number;
  solved: boolean;
}

const BATCH = 32;
const RATE = 0.001;
const CLIP = 1;

/** Steps that a length which grows begins with. */
const SHORTEST = 10;

/** Share of a running mean of batches from which the next length is tried. */
const LEARNED = 0.98;

/** Share of fresh sequences at the full length from which training ends. */
const SOLVED = 0.995;

/** Teaches a net to recall, a batch at a time, as `elman.memory.recall.train`. */
export class Learner {
  readonly net: RecallNet;
  private readonly random: Random;
  private readonly fresh: Random;
  private readonly adam: Adam;
  private batches = 0;
  private length: number;
  /** Batches of the length at hand, and a running mean of those answered right. */
  private since = 0;
  private right = 0;

  constructor(private readonly asked: Asked) {
    this.random = new Random(asked.seed);
    this.fresh = new Random(asked.seed + 2 ** 31);
    this.net = netOf(asked, this.random);
    this.adam = new Adam(this.net.parameters.length, RATE, CLIP);
    this.length = asked.grow ? Math.min(asked.steps, SHORTEST) : asked.steps;
  }

  /** Learns from one batch. */
  step(): Progress {
    const length = this.length;
    const shortest = Math.max(2, Math.ceil(length / 2));
    const steps = this.asked.vary ? shortest + this.random.below(length - shortest + 1) : length;
    const seen = this.net.learn(sequences(BATCH, steps, this.random), BATCH);
    this.adam.step(this.net.parameters, this.net.gradient);
    this.batches++;
    this.since++;
    this.right += (seen.right / BATCH - this.right) / Math.min(this.since, 10);
    const right = this.right;
    const solved = this.isLearned() && this.goesOn();
    return { batches: this.batches, length, loss: seen.loss, right, solved };
  }

  /** Share of right answers on n fresh sequences. */
  share(n: number, steps: number): number {
    const atOnce = 64;
    let right = 0;
    for (let begun = 0; begun < n; begun += atOnce) {
      const size = Math.min(atOnce, n - begun);
      right += this.net.judge(sequences(size, steps, this.fresh), size).right;
    }
    return right / n;
  }

  private isLearned(): boolean {
    const whole = this.length === this.asked.steps;
    return this.since >= 10 && this.right >= LEARNED && !(whole && this.since % 10);
  }

  /** Takes up the next length; or says that the full one is solved. */
  private goesOn(): boolean {
    const { steps } = this.asked;
    let holds = this.length;
    while (holds < steps) {
      const longer = Math.min(2 * holds, steps);
      if (this.share(256, longer) < LEARNED) break;
      holds = longer;
    }
    if (holds === steps && this.share(1000, steps) >= SOLVED) return true;
    if (this.length < steps) {
      this.length = Math.min(steps, Math.floor(1.4 * holds) + 1);
      this.since = 0;
    }
    return false;
  }
}

/** The net before it learns. */
export const netOf = (asked: Asked, random = new Random(asked.seed)): RecallNet =>
  new RecallNet(asked.kind, asked.units, asked.start, asked.steps, random);
