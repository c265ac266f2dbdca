import { largest } from "../classes/decision";
import type { Section } from "../saved";
import { mayBegin, mayEnd, mayFollow, type Scheme } from "./schemes";

const LEAST = 1e-30;

/** How outputs become tags, as `elman.judging.tags.decision.TagDecision` says. */
export class TagDecision {
  readonly tags: string[];
  /** How tags mark spans; undefined where they mark none. */
  readonly scheme: Scheme | undefined;
  private readonly temperature: number;

  constructor(output: Section) {
    this.tags = output.tags as string[];
    this.scheme = (output.scheme || undefined) as Scheme | undefined;
    this.temperature = (output.temperature as number | undefined) ?? 1;
  }

  /** Turn outputs `(T, K)` into probabilities, a row a word. */
  probabilities(outputs: Float32Array): number[][] {
    const K = this.tags.length;
    return Array.from({ length: outputs.length / K }, (_, t) => {
      const z = Array.from(outputs.subarray(t * K, (t + 1) * K), (x) => x / this.temperature);
      const most = Math.max(...z);
      const odds = z.map((value) => Math.exp(value - most));
      const total = odds.reduce((sum, odd) => sum + odd, 0);
      return odds.map((odd) => odd / total);
    });
  }

  /**
   * Return the number of each word's tag: the tags of the largest product that the scheme allows.
   *
   * @param apart - each word for itself: the words before are not there.
   */
  choose(probabilities: number[][], apart: boolean): number[] {
    const chosen = probabilities.map(largest);
    const { scheme, tags } = this;
    if (apart || scheme === undefined || !chosen.length) {
      return chosen;
    }
    const follows = chosen.every(
      (k, t) => !t || mayFollow(tags[chosen[t - 1]!]!, tags[k]!, scheme),
    );
    const ends = mayEnd(tags[chosen.at(-1)!]!, scheme);
    const allowed = follows && ends && mayBegin(tags[chosen[0]!]!, scheme);
    return allowed ? chosen : this.best(probabilities, scheme);
  }

  /** Return the allowed tags of the largest product (Viterbi 1967). */
  private best(probabilities: number[][], scheme: Scheme): number[] {
    const { tags } = this;
    const logs = probabilities.map((row) => row.map((p) => Math.log(Math.max(p, LEAST))));
    const or = (allowed: boolean) => (allowed ? 0 : -Infinity);
    const follows = tags.map((a) => tags.map((b) => or(mayFollow(a, b, scheme))));
    let score = tags.map((tag, k) => or(mayBegin(tag, scheme)) + logs[0]![k]!);
    const back: number[][] = [];
    for (const step of logs.slice(1)) {
      const came = tags.map((_, to) => largest(score.map((s, from) => s + follows[from]![to]!)));
      score = came.map((from, to) => score[from]! + follows[from]![to]! + step[to]!);
      back.push(came);
    }
    const final = score.map((s, k) => s + or(mayEnd(tags[k]!, scheme)));
    // where no end is allowed, nothing is said of it
    let tag = largest(final.some(Number.isFinite) ? final : score);
    const chosen = [tag];
    for (const came of back.reverse()) {
      tag = came[tag]!;
      chosen.push(tag);
    }
    return chosen.reverse();
  }
}
