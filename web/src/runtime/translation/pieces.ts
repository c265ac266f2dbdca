import { split } from "../text/python";

/** Numbers of what is no piece of text. */
export const PADDING = 0;
export const UNKNOWN = 1;
export const BEGIN = 2;
export const END = 3;
const SPECIAL = 4;

/** Characters of a word; a longer one is cut. */
const LONGEST = 48;
const LETTER = /[\p{L}\p{M}\p{N}]/u;

/** Cut a text into words; those that follow a space, and the first, begin with one. */
export function wordsOf(text: string): string[] {
  return split(text.normalize("NFC")).flatMap((run) => {
    const words: string[] = [];
    let word = [" "];
    let inside = true;
    for (const character of run) {
      const letter = LETTER.test(character);
      const begun = word.length > 1 || word[0] !== " ";
      if ((begun && !(letter && inside)) || word.length === LONGEST) {
        words.push(word.join(""));
        word = [];
      }
      word.push(character);
      inside = letter;
    }
    return [...words, word.join("")];
  });
}

/** Text as pieces of words, by byte-pair encoding, as `elman.data.parallel.pieces`. */
export class Pieces {
  /** The text of each number. */
  readonly spelt: string[];
  private readonly numbers: Map<string, number>;
  private readonly ranks = new Map<string, number>();

  /** `alphabet` holds the characters, `merges` the pairs that are joined, the first first. */
  constructor({ alphabet, merges }: { alphabet: string; merges: [string, string][] }) {
    const known = new Set([...alphabet, ...merges.map(([a, b]) => a + b)]);
    this.spelt = [...new Array<string>(SPECIAL).fill(""), ...known];
    this.numbers = new Map([...known].map((piece, n) => [piece, SPECIAL + n]));
    merges.forEach(([a, b], rank) => {
      const key = keyOf(a, b);
      if (!this.ranks.has(key)) {
        this.ranks.set(key, rank);
      }
    });
  }

  /** Return the number of a piece. */
  numberOf(piece: string): number {
    return this.numbers.get(piece) ?? UNKNOWN;
  }

  /** Return the pieces of a word as text; characters of no piece stay together. */
  cut(word: string): string[] {
    const pieces: string[] = [];
    let before = false;
    for (const part of this.joined(Array.from(word))) {
      const unknown = !this.numbers.has(part);
      if (unknown && before) {
        pieces.push(pieces.pop()! + part);
      } else {
        pieces.push(part);
      }
      before = unknown;
    }
    return pieces;
  }

  /** Return the text of numbers; `unknown` has what stands for each unknown piece, in their order. */
  text(numbers: number[], unknown: string[]): string {
    const given = unknown.values();
    const parts = numbers.map((number) =>
      number === UNKNOWN ? (given.next().value ?? "\ufffd") : this.spelt[number]!,
    );
    return parts.join("").replace(/^ +| +$/g, "");
  }

  /** Join the pair that was learnt first, the leftmost of equal ones, until there is none. */
  private joined(letters: string[]): string[] {
    const parts = letters;
    for (;;) {
      let [best, where] = [Infinity, -1];
      for (let n = 0; n + 1 < parts.length; n++) {
        const rank = this.ranks.get(keyOf(parts[n]!, parts[n + 1]!)) ?? Infinity;
        if (rank < best) {
          [best, where] = [rank, n];
        }
      }
      if (where < 0) {
        return parts;
      }
      parts.splice(where, 2, parts[where]! + parts[where + 1]!);
    }
  }
}

function keyOf(a: string, b: string): string {
  return `${a.length} ${a}${b}`;
}
