import type { Section } from "../saved";

/** What a classifier says of one item. */
export interface ClassAnswer {
  /** The class; null for "don't know", and of a model of several labels. */
  label: string | null;
  /** Of a model of several labels, those that are on; null for "don't know". */
  labels?: string[] | null;
  /** Of the class said, or of the most probable one where none is said. */
  probability: number;
  probabilities: Record<string, number>;
}

/** Return an answer in words: a class, several labels or none of them, or that it is not known. */
export function inWords({ label, labels }: ClassAnswer): string {
  if (labels === undefined) return label ?? "don't know";
  return labels === null ? "don't know" : labels.join(", ") || "(none)";
}

/** How outputs become an answer, as `elman.judging.classes.decision.Decision` says. */
export class Decision {
  readonly classes: string[];
  readonly kind: "binary" | "multiclass" | "multilabel";
  readonly temperature: number;
  private readonly thresholds: number[];
  private readonly unsureBelow: number | null;
  private readonly prior: number[];

  /** `output` is that section of a model.json. */
  constructor(output: Section) {
    this.classes = output.classes as string[];
    this.kind = output.kind as Decision["kind"];
    this.temperature = (output.temperature as number | undefined) ?? 1;
    this.thresholds = (output.thresholds as number[] | undefined) ?? [];
    this.unsureBelow = (output.unsure_below as number | null | undefined) ?? null;
    this.prior = (output.prior as number[] | undefined) ?? [];
  }

  /** Probabilities `(K)` before anything is read: the classes' shares, else all alike. */
  get base(): number[] {
    const K = this.classes.length;
    return this.prior.length ? this.prior : new Array<number>(K).fill(1 / K);
  }

  /** Turn outputs into probabilities `(K)`. */
  probabilities(outputs: ArrayLike<number>): number[] {
    const z = Array.from(outputs, (output) => output / this.temperature);
    if (this.kind === "multiclass") {
      const most = Math.max(...z);
      const odds = z.map((value) => Math.exp(value - most));
      const total = odds.reduce((sum, odd) => sum + odd, 0);
      return odds.map((odd) => odd / total);
    }
    const p = z.map((value) => 0.5 * (1 + Math.tanh(value / 2)));
    return this.kind === "binary" ? [1 - p[0]!, p[0]!] : p;
  }

  /** Return the number of the class said; not of several labels. */
  choose(p: number[]): number {
    if (this.kind === "binary" && this.thresholds.length) {
      return p[1]! >= this.thresholds[0]! ? 1 : 0;
    }
    return largest(p);
  }

  /** Return of each label whether it is on. */
  on(p: number[]): boolean[] {
    return p.map((value, k) => value >= (this.thresholds[k] ?? 0.5));
  }

  /** Return what the user reads; `known` is false where nothing was read that says anything. */
  answer(outputs: ArrayLike<number>, known: boolean): ClassAnswer {
    const p = known ? this.probabilities(outputs) : this.base;
    const probabilities = Object.fromEntries(this.classes.map((name, k) => [name, p[k]!]));
    if (this.kind === "multilabel") {
      const on = this.on(p);
      const labels = known ? this.classes.filter((_, k) => on[k]) : null;
      return { label: null, labels, probability: Math.max(...p), probabilities };
    }
    const chosen = this.choose(p);
    const unsure = this.unsureBelow !== null && p[chosen]! < this.unsureBelow;
    const label = known && !unsure ? this.classes[chosen]! : null;
    return { label, probability: p[chosen]!, probabilities };
  }
}

/** Return the place of the largest number, the first of equal ones. */
export function largest(values: ArrayLike<number>): number {
  let place = 0;
  for (let n = 1; n < values.length; n++) {
    if (values[n]! > values[place]!) {
      place = n;
    }
  }
  return place;
}
