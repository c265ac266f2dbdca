import { largest } from "../classes/decision";
import { InputError } from "../errors";
import { part, type Saved } from "../saved";
import { type Found, search } from "./beam";
import { TranslationNetwork, type TranslationSpec } from "./network";
import { END, Pieces, UNKNOWN, wordsOf } from "./pieces";

/** A sentence of a translation, and where it looked. */
export interface Translation {
  text: string;
  /** What it was ranked by; it does not tell how sure the network is. */
  score: number;
  /** Pieces of the source and its end; an unknown one is the text that stands there. */
  source: string[];
  /** Pieces of the translation; for an unknown one what is copied. */
  target: string[];
  /** `(T, S)`: which share of its look each piece has at each of the source. */
  attention: Float32Array[];
}

/** Characters of a sentence, at most. */
const LONGEST = 2000;
const USUAL = { encoder_layers: 2, longest: 200, beam: 5, length_penalty: 1 };

/** A translator of sentences. */
export class TranslationModel {
  readonly spec: TranslationSpec;
  private readonly network: TranslationNetwork;
  private readonly pieces: Pieces;

  /** The part pieces.json is needed. */
  constructor(saved: Saved) {
    this.spec = { ...USUAL, ...saved.network } as unknown as TranslationSpec;
    this.pieces = new Pieces(part(saved, "pieces.json"));
    this.network = new TranslationNetwork(this.spec, saved);
  }

  /** Translate a sentence; `width` beginnings are kept, by default the model's own number of them. */
  answer(sentence: string, width = this.spec.beam): Translation {
    if (Array.from(sentence).length > LONGEST) {
      throw new InputError(`at most ${LONGEST} characters are read as one sentence`);
    }
    const source = wordsOf(sentence).flatMap((word) =>
      this.pieces.cut(word).map((piece) => {
        const number = this.pieces.numberOf(piece);
        return { number, piece, copied: number === UNKNOWN ? piece : word };
      }),
    );
    if (!source.length) {
      return { text: "", score: 0, source: [], target: [], attention: [] };
    }
    source.push({ number: END, piece: "", copied: "" });
    const numbers = source.map(({ number }) => number);
    const { length_penalty: penalty, longest } = this.spec;
    const [found] = search(this.network, this.network.read(numbers), { width, penalty, longest });
    const origins = originsOf(found!, numbers);
    const copied = (n: number) => source[origins[n]!]!.copied;
    const unknown = found!.pieces.flatMap((piece, n) => (piece === UNKNOWN ? [copied(n)] : []));
    return {
      text: this.pieces.text(found!.pieces, unknown),
      score: found!.score,
      source: source.map(({ piece }) => piece),
      target: found!.pieces.map((piece, n) =>
        piece === UNKNOWN ? copied(n) : this.pieces.spelt[piece]!,
      ),
      attention: found!.attention,
    };
  }
}

/** Return where most of the attention was: of an unknown piece, among those of the source. */
function originsOf({ pieces, attention }: Found, source: number[]): number[] {
  const strange = source.includes(UNKNOWN);
  return attention.map((looked, n) =>
    strange && pieces[n] === UNKNOWN
      ? largest(looked.map((share, s) => (source[s] === UNKNOWN ? share : -1)))
      : largest(looked),
  );
}
