import { isDigit, split } from "../text/python";
import { UNSPACED } from "../text/words";

/** Says whether a word, in whatever case, stands in the vocabulary. */
export type Known = (word: string) => boolean;

/** What addresses are told by. */
const WHOLE = ["://", "www.", "@"];
const APOSTROPHES = ["'", "\u2019"];
/** Letters of a word of a script without spaces, at most. */
const LONGEST = 12;
const SIGN = /[\p{P}\p{S}]/u;

/**
 * Return the words of a text as a tagger's vocabulary has them.
 *
 * As `elman.data.tagged.split`: signs at the ends of a piece are words of their own, and what is
 * left is parted where that gives words that are known.
 */
export function splitWords(text: string, known: Known): string[] {
  return split(text).flatMap((piece) => {
    const low = piece.toLowerCase();
    return known(piece) || WHOLE.some((mark) => low.includes(mark))
      ? [piece]
      : parted(Array.from(piece), known);
  });
}

function parted(letters: string[], known: Known): string[] {
  let [begin, end] = [0, letters.length];
  const before: string[] = [];
  const after: string[] = [];
  const left = () => !known(letters.slice(begin, end).join(""));
  while (begin < end && SIGN.test(letters[begin]!) && left()) {
    const step = run(letters.slice(begin, end));
    before.push(letters.slice(begin, begin + step).join(""));
    begin += step;
  }
  while (end > begin && SIGN.test(letters[end - 1]!) && left()) {
    const step = run(letters.slice(begin, end).reverse());
    after.push(letters.slice(end - step, end).join(""));
    end -= step;
  }
  return [...before, ...core(letters.slice(begin, end), known), ...after.reverse()];
}

/** Part what has no sign at its ends: at the first sign, and what is left again. */
function core(letters: string[], known: Known): string[] {
  const found: string[] = [];
  const after: string[] = [];
  let left = letters;
  while (left.length && !known(left.join(""))) {
    const clitic = cliticOf(left, known);
    const sign = signOf(left, known);
    if (left.join("").search(UNSPACED) >= 0) {
      found.push(...matched(left, known));
      left = [];
    } else if (clitic) {
      after.push(left.slice(clitic).join(""));
      left = left.slice(0, clitic);
    } else if (sign) {
      found.push(...core(left.slice(0, sign), known), left[sign]!);
      left = left.slice(sign + 1);
    } else {
      break;
    }
  }
  const rest = left.length ? [left.join("")] : [];
  return [...found, ...rest, ...after.reverse()];
}

/** Return where the shortest known end with an apostrophe begins; 0 where there is none. */
function cliticOf(letters: string[], known: Known): number {
  for (let n = letters.length - 1; n > 0; n--) {
    const marked = letters.slice(n, n + 2).some((letter) => APOSTROPHES.includes(letter));
    if (marked && known(letters.slice(n).join("")) && !APOSTROPHES.includes(letters[n - 1]!)) {
      return n;
    }
  }
  return 0;
}

/** Return where the first sign stands that parts words; 0 where there is none. */
function signOf(letters: string[], known: Known): number {
  for (let n = 1; n < letters.length - 1; n++) {
    const sign = letters[n]!;
    const betweenDigits = isDigit(letters[n - 1]!) && isDigit(letters[n + 1]!);
    const parts = SIGN.test(sign) && !APOSTROPHES.includes(sign) && !betweenDigits;
    const beside = () =>
      known(letters.slice(0, n).join("")) || known(letters.slice(n + 1).join(""));
    if (parts && known(sign) && beside()) {
      return n;
    }
  }
  return 0;
}

/** Take the longest known words from the left. */
function matched(letters: string[], known: Known): string[] {
  const found: string[] = [];
  for (let at = 0; at < letters.length; ) {
    let length = Math.min(LONGEST, letters.length - at);
    while (length > 1 && !known(letters.slice(at, at + length).join(""))) {
      length--;
    }
    found.push(letters.slice(at, at + length).join(""));
    at += length;
  }
  return found;
}

/** Return how often the first letter is repeated: "..." is one word. */
function run(letters: string[]): number {
  const other = letters.findIndex((letter) => letter !== letters[0]);
  return other < 0 ? letters.length : other;
}
