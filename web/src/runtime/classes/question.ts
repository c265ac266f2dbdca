import { type Decision, largest } from "./decision";

/**
 * What is explained: a linear function of the outputs, above 0 for the answer.
 *
 * Two classes: the answer against the other. Several: against the runner-up, which stays the same
 * for parts of the text. Several labels: whether the most probable one is there.
 */
export class Question {
  readonly answer: string;
  /** What the score is, in words. */
  readonly name: string;
  private readonly weights: number[];

  /** `whole` are the outputs for the whole text. */
  constructor(decision: Decision, whole: ArrayLike<number>) {
    const p = decision.probabilities(whole);
    const { kind, classes, temperature: T } = decision;
    this.weights = new Array<number>(whole.length).fill(0);
    if (kind === "multilabel") {
      const place = largest(p);
      this.weights[place] = 1 / T;
      this.answer = classes[place]!;
      this.name = `log-odds of the label "${this.answer}"`;
      return;
    }
    const place = decision.choose(p);
    const other = largest(p.map((value, k) => (k === place ? -1 : value)));
    if (kind === "binary") {
      this.weights[0] = place ? 1 / T : -1 / T;
    } else {
      this.weights[place] = 1 / T;
      this.weights[other] = -1 / T;
    }
    this.answer = classes[place]!;
    this.name = `log-odds of "${this.answer}" against "${classes[other]}"`;
  }

  score(outputs: ArrayLike<number>): number {
    return this.weights.reduce((sum, weight, k) => sum + weight * outputs[k]!, 0);
  }
}
