import { Steps } from "../steps";
import { crc32 } from "./crc32";
import { idsOf, PADDING, UNKNOWN } from "./vocabulary";

/** Letters of the beginning and of the end; whole words where they are shorter. */
const PREFIX = 4;
const SUFFIX = 3;

/**
 * How a word becomes numbers, as `elman.data.text.features.Features` says: the word; beginning and
 * end, if there are `buckets`; the pair that it makes with the word before.
 */
export class Features {
  /** Numbers of one step. */
  readonly columns: number;
  readonly readsPairs: boolean;
  private readonly ids: Map<string, number>;
  private readonly first: number;

  /** `terms` are words and pairs for a linear part; undefined where there is none of that kind. */
  constructor(
    words: string[],
    private readonly buckets: number,
    pairs: boolean,
    terms: string[] | undefined,
  ) {
    this.ids = idsOf(words);
    this.first = words.length;
    terms?.forEach((term, n) => {
      this.ids.set(term, words.length + buckets + n);
    });
    this.readsPairs = pairs || terms !== undefined;
    this.columns = 1 + (buckets ? 2 : 0) + (this.readsPairs ? 1 : 0);
  }

  /** Return `(T, columns)` ids of words; `before` is the word before the first, "" of none. */
  encode(words: string[], before = ""): Steps {
    const ids = new Int32Array(words.length * this.columns);
    let last = before;
    words.forEach((word, t) => {
      const row = [this.ids.get(word) ?? UNKNOWN];
      if (this.buckets) {
        const letters = Array.from(word);
        row.push(this.hashed(`<${letters.slice(0, PREFIX).join("")}`));
        row.push(this.hashed(`${letters.slice(-SUFFIX).join("")}>`));
      }
      if (this.readsPairs) {
        row.push(this.ids.get(`${last} ${word}`) ?? PADDING);
      }
      ids.set(row, t * this.columns);
      last = word;
    });
    return new Steps(ids, this.columns);
  }

  /** Say whether any word of a text's numbers says something. */
  know(steps: Steps): boolean {
    return (this.buckets > 0 && steps.count > 0) || this.known(steps).includes(true);
  }

  /** Say of each word whether there is a number for it. */
  known(steps: Steps): boolean[] {
    return Array.from(
      { length: steps.count },
      (_, t) => steps.values[t * this.columns] !== UNKNOWN,
    );
  }

  private hashed(part: string): number {
    return this.first + (crc32(part) % this.buckets);
  }
}
