import { type ClassAnswer, Decision } from "../classes/decision";
import { Question } from "../classes/question";
import { InputError } from "../errors";
import { ordersFor, type Shares, shapley } from "../explain/shapley";
import { networkOf } from "../network/build";
import type { AnyNetwork } from "../network/walk";
import { part, type Saved } from "../saved";
import { specOf } from "../spec";
import { Features } from "./features";
import { growingScores } from "./growing";
import { TextStream } from "./stream";
import { tokenize } from "./words";

/** What was said after a word. */
export interface TextStep {
  word: string;
  /** Whether the vocabulary holds it. */
  known: boolean;
  probabilities: Record<string, number>;
  /** `(units)`, the last layer's state, of members side by side; nothing of a linear model. */
  state: Float32Array;
  /** The log-odds that an explanation of the whole text explains. */
  score: number;
}

/** A classifier of texts. */
export class TextModel {
  readonly network: AnyNetwork;
  readonly features: Features;
  readonly decision: Decision;
  /** Of weights, in one step. */
  private readonly products: number;

  /** The parts vocabulary.json and, if it has one, terms.json are needed. */
  constructor(saved: Saved) {
    const { input } = saved;
    const { words } = part<{ words: string[] }>(saved, "vocabulary.json");
    const terms = input.terms ? part<{ terms: string[] }>(saved, "terms.json").terms : undefined;
    this.features = new Features(
      words,
      (input.affix_buckets as number | undefined) ?? 0,
      input.pairs === true,
      terms,
    );
    this.decision = new Decision(saved.output);
    this.network = networkOf(specOf(saved.network), saved.tensors);
    this.products = [...saved.tensors].reduce(
      (sum, [name, { values }]) => sum + (name.includes("rnn.weight") ? values.length : 0),
      0,
    );
  }

  get classes(): string[] {
    return this.decision.classes;
  }

  /** Return the words that the model reads in a text. */
  words(text: string): string[] {
    return tokenize(text);
  }

  answer(text: string): ClassAnswer {
    const steps = this.features.encode(tokenize(text));
    return this.decision.answer(this.network.forward(steps), this.features.know(steps));
  }

  /** Begin a stream of texts cut at white space; a model that reads both ways has none. */
  stream(): TextStream {
    return new TextStream(this.network.begin(), this.features, this.decision);
  }

  /** Return what is said after each word; of a model that reads both ways, of each beginning. */
  trajectory(text: string): TextStep[] {
    const words = tokenize(text);
    const steps = this.features.encode(words);
    const known = this.features.known(steps);
    const question = this.question(words);
    const { network } = this;
    const states = network.states(steps);
    let walk = network.spec.bidirectional ? undefined : network.begin();
    return words.map((word, t) => {
      walk = walk?.advance(steps.slice(t, t + 1));
      const outputs = walk?.read() ?? network.forward(steps.slice(0, t + 1));
      const p = this.decision.probabilities(outputs);
      return {
        word,
        known: known[t]!,
        probabilities: Object.fromEntries(this.classes.map((name, k) => [name, p[k]!])),
        state: states.slice(t * network.units, (t + 1) * network.units),
        score: question.score(outputs),
      };
    });
  }

  /** Return what is explained of some words: the log-odds of the answer to them. */
  question(words: string[]): Question {
    return new Question(this.decision, this.network.forward(this.features.encode(words)));
  }

  /**
   * Return what each word adds when it comes, over random orders: Shapley values.
   *
   * @param orders - how many; by default so many that it takes seconds at most.
   * @param seed - from which the orders follow.
   */
  shares(text: string, orders?: number, seed = 0): Shares {
    const words = this.explained(text);
    const growing = growingScores(this, words, this.question(words));
    return shapley(growing, words.length, orders ?? ordersFor(words.length, this.products), seed);
  }

  /** Return how much lower the score is without each word, whose neighbours then meet. */
  removed(text: string): number[] {
    const words = this.explained(text);
    const question = this.question(words);
    const score = (left: string[]) =>
      question.score(this.network.forward(this.features.encode(left)));
    const end = score(words);
    return words.map((_, n) => end - score(words.filter((_, place) => place !== n)));
  }

  private explained(text: string): string[] {
    const words = tokenize(text);
    if (!words.length) {
      throw new InputError("the text has no words to explain");
    }
    return words;
  }
}
