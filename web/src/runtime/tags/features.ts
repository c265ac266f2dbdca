import { Steps } from "../steps";
import { crc32 } from "../text/crc32";
import { isDigit } from "../text/python";
import { idsOf, UNKNOWN } from "../text/vocabulary";

const BEGINNINGS = [1, 2, 3, 4];
const ENDINGS = [1, 2, 3, 4, 5];
/** Letters from which words count as equally long. */
const LONGEST = 12;

/** Ids of a step. */
export const COLUMNS = 4 + BEGINNINGS.length + ENDINGS.length;

/** What a tagger reads of a word, as `elman.data.tagged.features`: the word, and its letters. */
export class WordFeatures {
  private readonly ids: Map<string, number>;

  constructor(
    words: string[],
    private readonly buckets: number,
  ) {
    this.ids = idsOf(words);
  }

  /** Say whether a word, in whatever case, is in the vocabulary. */
  knows(word: string): boolean {
    return this.ids.has(lowered(word));
  }

  /** Return `(T, COLUMNS)`, the word first. */
  encode(words: string[]): Steps {
    const ids = new Int32Array(words.length * COLUMNS);
    words.forEach((word, t) => {
      ids.set(this.row(word.normalize("NFC")), t * COLUMNS);
    });
    return new Steps(ids, COLUMNS);
  }

  private row(word: string): number[] {
    const lower = lowered(word);
    const letters = Array.from(lower);
    const pieces = [
      `w${word}`,
      `s${shapeOf(word)}`,
      `l${Math.min(Array.from(word).length, LONGEST)}`,
      ...BEGINNINGS.map((n) => `${n}<${letters.slice(0, n).join("")}`),
      ...ENDINGS.map((n) => `${n}>${letters.slice(-n).join("")}`),
    ];
    const hashed = pieces.map((piece) => this.ids.size + (crc32(piece) % this.buckets));
    return [this.ids.get(lower) ?? UNKNOWN, ...hashed];
  }
}

/** Return a word as vocabularies have it: small letters, accents as one letter with theirs. */
export function lowered(word: string): string {
  return word.normalize("NFC").toLowerCase();
}

/** Return a word with X for capitals, x for small letters, d for digits, c for others, each run once. */
export function shapeOf(word: string): string {
  let shape = "";
  let last = "";
  for (const letter of word) {
    const kind = kindOf(letter);
    if (kind !== last) {
      shape += kind;
    }
    last = kind;
  }
  return shape;
}

function kindOf(letter: string): string {
  if (/\p{Uppercase}/u.test(letter)) {
    return "X";
  }
  if (/\p{Lowercase}/u.test(letter)) {
    return "x";
  }
  if (isDigit(letter)) {
    return "d";
  }
  return /\p{L}/u.test(letter) ? "c" : letter;
}
