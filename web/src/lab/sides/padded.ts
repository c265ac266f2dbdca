import type { TextModel } from "../../runtime";
import { Steps } from "../../runtime/steps";
import { PADDING } from "../../runtime/text/vocabulary";

/** What is said after a word, or after a step of padding. */
export interface PaddedStep {
  /** Null of padding. */
  word: string | null;
  /** `(K)`, in the order of the model's classes. */
  probabilities: number[];
  state: Float32Array;
}

/**
 * Return what is said after each word and after each step of padding that is read behind them.
 *
 * A network that respects lengths answers after the last word; the textbook's, which is handed a
 * batch padded to its longest row, after the last step of padding.
 */
export function padded(model: TextModel, text: string, padding: number): PaddedStep[] {
  const { network, features, decision } = model;
  const words = model.words(text);
  const steps = features.encode(words);
  const pad = new Steps(new Int32Array(features.columns).fill(PADDING), features.columns);
  let walk = network.begin();
  return Array.from({ length: words.length + padding }, (_, t) => {
    walk = walk.advance(t < words.length ? steps.slice(t, t + 1) : pad);
    return {
      word: words[t] ?? null,
      probabilities: decision.probabilities(walk.read()),
      state: walk.state?.() ?? new Float32Array(0),
    };
  });
}

/** Return of a text whether the answer is right after its last word, and after 1, 2… of padding. */
export function rightAfter(
  model: TextModel,
  text: string,
  label: string,
  padding: number,
): boolean[] {
  const nothing = model.decision.probabilities(model.network.begin().read());
  const said = [nothing, ...padded(model, text, padding).map((step) => step.probabilities)];
  return said.slice(-padding - 1).map((p) => model.classes[model.decision.choose(p)] === label);
}
