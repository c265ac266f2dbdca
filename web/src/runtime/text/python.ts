/** Strings as Python reads them: its white space, its digits, its characters. */

/** White space, inside a class of a regular expression; JavaScript's \s holds U+FEFF and lacks others. */
export const SPACE =
  "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";

const SPACES = new RegExp(`[${SPACE}]+`, "u");

/** What `str.isdigit` holds besides decimal digits: superscripts, circled digits and their like. */
const DIGIT =
  /[\p{Nd}\u{b2}-\u{b3}\u{b9}\u{1369}-\u{1371}\u{19da}\u{2070}\u{2074}-\u{2079}\u{2080}-\u{2089}\u{2460}-\u{2468}\u{2474}-\u{247c}\u{2488}-\u{2490}\u{24ea}\u{24f5}-\u{24fd}\u{24ff}\u{2776}-\u{277e}\u{2780}-\u{2788}\u{278a}-\u{2792}\u{10a40}-\u{10a43}\u{10e60}-\u{10e68}\u{11052}-\u{1105a}\u{1f100}-\u{1f10a}]/u;

/** `text.split()`. */
export function split(text: string): string[] {
  return text.split(SPACES).filter((piece) => piece !== "");
}

/** `letter.isdigit()`. */
export function isDigit(letter: string): boolean {
  return DIGIT.test(letter);
}
