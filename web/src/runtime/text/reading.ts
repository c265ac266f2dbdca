import type { ClassAnswer } from "../classes/decision";
import { Question } from "../classes/question";
import type { Walk } from "../network/walk";
import type { Steps } from "../steps";
import type { TextModel, TextStep } from "./model";

/** What is said of a text as it stands. */
export interface Said {
  answer: ClassAnswer;
  /** After each word. */
  steps: TextStep[];
  /** Words that had to be read for it. */
  read: number;
}

/** What stays true of a word while those before it stay. */
interface Kept extends Omit<TextStep, "score"> {
  walk: Walk;
  outputs: Float32Array;
}

/**
 * A text that is being changed: it is read from the first changed word on, and not from its start.
 *
 * What is said is what `TextModel.answer` and `trajectory` say; of a model that reads both ways it
 * is read as a whole.
 */
export class Reading {
  private kept: Kept[] = [];

  constructor(private readonly model: TextModel) {}

  /** Read a text, of which there may be words that stood in the one before. */
  say(text: string): Said {
    const { network, features, decision } = this.model;
    const words = this.model.words(text);
    if (network.spec.bidirectional) {
      const steps = this.model.trajectory(text);
      return { answer: this.model.answer(text), steps, read: words.length };
    }
    const steps = features.encode(words);
    const changed = words.findIndex((word, t) => word !== this.kept[t]?.word);
    const same = changed < 0 ? words.length : changed;
    this.kept.length = same;
    let walk = this.kept.at(-1)?.walk ?? network.begin();
    for (let t = same; t < words.length; t++) {
      walk = walk.advance(steps.slice(t, t + 1));
      this.kept.push(this.keep(words[t]!, steps.slice(t, t + 1), walk));
    }
    const whole = walk.read();
    const question = new Question(decision, whole);
    return {
      answer: decision.answer(whole, features.know(steps)),
      steps: this.kept.map(({ word, known, probabilities, state, outputs }) => {
        return { word, known, probabilities, state, score: question.score(outputs) };
      }),
      read: words.length - same,
    };
  }

  private keep(word: string, step: Steps, walk: Walk): Kept {
    const { features, decision, classes } = this.model;
    const outputs = walk.read();
    const p = decision.probabilities(outputs);
    return {
      ...{ word, walk, outputs },
      known: features.known(step)[0]!,
      probabilities: Object.fromEntries(classes.map((name, k) => [name, p[k]!])),
      state: walk.state?.() ?? new Float32Array(0),
    };
  }
}
