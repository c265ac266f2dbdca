import type { ClassAnswer, Decision } from "../classes/decision";
import type { Walk } from "../network/walk";
import type { Features } from "./features";
import { tokenize } from "./words";

/** A text that is still coming in: an answer after every piece, as if the whole had come at once. */
export class TextStream {
  private last = "";
  private known = false;

  constructor(
    private walk: Walk,
    private readonly features: Features,
    private readonly decision: Decision,
  ) {}

  /** Take one more piece, cut at white space, and return the answer to all so far. */
  feed(text: string): ClassAnswer {
    const words = tokenize(text);
    const steps = this.features.encode(words, this.last);
    this.walk = this.walk.advance(steps);
    this.last = words.at(-1) ?? this.last;
    this.known ||= this.features.know(steps);
    return this.decision.answer(this.walk.read(), this.known);
  }
}
