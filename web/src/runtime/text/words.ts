import { SPACE } from "./python";
import { resolved } from "./references";

/** Entities that lost their "&" on the way, as in AG News: "it #39;s", "quot;". */
const BARE_ENTITY = /&?#(\p{Nd}{2,5});|(?<![\p{L}\p{N}_])quot;/gu;

/** A tag has no white space inside here: "<br" and "/>" each go by themselves. */
const TAG = new RegExp(
  "</?(?:br|p|i|b|u|s|em|strong|hr|div|span|a|li|ul|ol|h[1-6]|font|blockquote|img|table|tr|td)" +
    `(?:/?>|(?=[${SPACE}]|/>|$))|/>`,
  "gu",
);

/** Scripts written without spaces: kana, ideographs, bopomofo; Thai, Lao, Myanmar and Khmer. */
export const UNSPACED = new RegExp(
  "[\\u3005-\\u3007\\u3040-\\u312f\\u31a0-\\u31bf\\u31f0-\\u31ff\\u3400-\\u4dbf\\u4e00-\\u9fff" +
    "\\uf900-\\ufaff\\uff66-\\uff9f\\u{20000}-\\u{3ffff}\\u0e00-\\u0eff\\u1000-\\u109f\\u1780-\\u17ff]",
  "gu",
);

/** Neither words nor signs: controls, soft hyphen, zero widths, variation selectors, surrogates. */
const INVISIBLE =
  "\\x00-\\x1f\\x7f-\\x9f\\xad\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\ufe00-\\ufe0f\\ufeff" +
  "\\ud800-\\udfff";

/** Punctuation that is a token. */
const SPEAKING = "!?$%";
const SPEAKING_ALSO = "¡¿‽؟！？";

/** Numbers with inner points, words with inner apostrophes, or one sign. */
const ASCII = new RegExp(`\\d+(?:[.,]\\d+)+|[${SPEAKING}]|[a-z0-9]+(?:'[a-z0-9]+)*`, "g");

/** Letters, digits, and the marks without which Hindi and Arabic fall to pieces. */
const WORD = "(?:[\\p{L}\\p{N}]|(?=[\\u0300-\\ufb1f])\\p{M})";
const SIGN =
  `[${SPEAKING}${SPEAKING_ALSO}]|` +
  `(?!(?=[\\x80-\\uffdf])\\p{P})[^\\p{L}\\p{N}${SPACE}\\x00-\\x7f${INVISIBLE}]`;
const ANY = new RegExp(`\\p{Nd}+(?:[.,]\\p{Nd}+)+|${SIGN}|${WORD}+(?:'${WORD}+)*`, "gu");

// biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII is meant
const PLAIN = /^[\x00-\x7f]*$/;

/**
 * Split a text into lower-case words, numbers, and the signs that speak: ! ? $ % and emoji.
 *
 * These are the tokens of `elman.data.text.words.tokenize`. But: what a letter is, the engine's
 * version of Unicode says, there and here; characters that only one of two versions knows differ.
 */
export function tokenize(text: string): string[] {
  let clean = text.includes("&") ? resolved(text) : text;
  if (clean.includes("#") || clean.includes("quot;")) {
    clean = clean.replace(BARE_ENTITY, (_, digits: string | undefined) =>
      digits === undefined ? '"' : resolved(`&#${digits};`),
    );
  }
  const plain = PLAIN.test(clean);
  if (!plain) {
    clean = clean.normalize("NFC").replaceAll("\u2019", "'").replace(UNSPACED, " $& ");
  }
  clean = clean.toLowerCase();
  if (clean.includes("<") || clean.includes("/>")) {
    clean = clean.replace(TAG, " ");
  }
  return clean.match(plain ? ASCII : ANY) ?? [];
}
