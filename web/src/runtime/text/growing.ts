import type { Question } from "../classes/question";
import type { Growing } from "../explain/shapley";
import type { AnyNetwork } from "../network/walk";
import type { Features } from "./features";

/** What is asked of a model of texts. */
interface Asked {
  network: AnyNetwork;
  features: Features;
}

/**
 * Return the scores of parts of a text that grow by one word at a time, each at its own place.
 *
 * What stands before the new word is not read again, where a model reads from left to right.
 */
export function growingScores({ network, features }: Asked, words: string[], question: Question) {
  const both = network.spec.bidirectional;
  const growing: Growing = (order) => {
    const places: number[] = [];
    const walks = both ? [] : [network.begin()];
    const score = () =>
      question.score(
        walks.at(-1)?.read() ?? network.forward(features.encode(places.map((n) => words[n]!))),
      );
    const scores = [score()];
    for (const place of order) {
      const found = places.findIndex((other) => other > place);
      const at = found < 0 ? places.length : found;
      places.splice(at, 0, place);
      walks.length = Math.min(walks.length, at + 1);
      for (let n = at; !both && n < places.length; n++) {
        const before = n ? words[places[n - 1]!]! : "";
        walks.push(walks[n]!.advance(features.encode([words[places[n]!]!], before)));
      }
      scores.push(score());
    }
    return scores;
  };
  return growing;
}
