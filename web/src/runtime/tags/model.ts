import { networkOf } from "../network/build";
import type { AnyNetwork, Walk } from "../network/walk";
import { part, type Saved } from "../saved";
import { specOf } from "../spec";
import { TagDecision } from "./decision";
import { WordFeatures } from "./features";
import { type Span, spansOf } from "./schemes";
import { splitWords } from "./split";

/** What is said of the words of one text. */
export interface Tagging {
  words: string[];
  tags: string[];
  /** Of the tags said. */
  probabilities: number[];
  /** Null where tags mark none. */
  spans: Span[] | null;
  /** Of every word those of all tags, in the order of `TagModel.tags`. */
  all: number[][];
}

/** A tagger of words. */
export class TagModel {
  readonly network: AnyNetwork;
  private readonly features: WordFeatures;
  private readonly decision: TagDecision;

  /** The part vocabulary.json is needed. */
  constructor(saved: Saved) {
    const { words } = part<{ words: string[] }>(saved, "vocabulary.json");
    this.features = new WordFeatures(words, (saved.input.buckets as number | undefined) ?? 1);
    this.decision = new TagDecision(saved.output);
    this.network = networkOf(specOf(saved.network), saved.tensors);
  }

  get tags(): string[] {
    return this.decision.tags;
  }

  /** Return the words that the model reads in a text. */
  words(text: string): string[] {
    return splitWords(text, (word) => this.features.knows(word));
  }

  /** Tag a text, or its words. */
  answer(item: string | string[]): Tagging {
    const words = typeof item === "string" ? this.words(item) : item;
    return this.said(words, this.network.forward(this.features.encode(words)), false);
  }

  /** Return the last layer's state after every word, `(T, network.units)`. */
  states(words: string[]): Float32Array {
    return this.network.states(this.features.encode(words));
  }

  /** Begin a stream; each piece is tagged by what came so far. */
  stream(): { feed(piece: string | string[]): Tagging } {
    let walk: Walk = this.network.begin();
    let goesOn = false;
    return {
      feed: (piece) => {
        const words = typeof piece === "string" ? this.words(piece) : piece;
        walk = walk.advance(this.features.encode(words));
        const said = this.said(words, walk.read(), goesOn);
        goesOn = true;
        return said;
      },
    };
  }

  private said(words: string[], outputs: Float32Array, apart: boolean): Tagging {
    const all = this.decision.probabilities(outputs);
    const chosen = this.decision.choose(all, apart);
    const tags = chosen.map((k) => this.tags[k]!);
    return {
      words,
      tags,
      probabilities: chosen.map((k, t) => all[t]![k]!),
      spans: this.decision.scheme === undefined ? null : spansOf(tags),
      all,
    };
  }
}
