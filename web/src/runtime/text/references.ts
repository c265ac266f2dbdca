import { ENTITIES, UNENDED } from "./entities";

/** A reference: by number, or by name; as Python's `html.unescape` looks for them. */
const REFERENCE = /&(#[0-9]+;?|#[xX][0-9a-fA-F]+;?|[^\t\n\f <&#;]{1,32};?)/gu;

/** What HTML 5 reads numbers as that are none of a character: those of Windows-1252. */
const WINDOWS =
  "\u20ac\x81\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\x8d\u017d\x8f" +
  "\x90\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\x9d\u017e\u0178";

/** The names that a semicolon must end, and what they stand for. */
let named: Map<string, string> | undefined;
/** Those that need none. */
let unended: Set<string> | undefined;

/** Resolve the references of html in a text, as Python's `html.unescape` does. */
export function resolved(text: string): string {
  return text.replace(REFERENCE, (_, reference: string) =>
    reference.startsWith("#") ? numbered(reference) : byName(reference),
  );
}

function numbered(reference: string): string {
  const digits = reference.slice(1).replace(";", "");
  const number = /^[xX]/.test(digits)
    ? Number.parseInt(digits.slice(1), 16)
    : Number.parseInt(digits, 10);
  if (number === 0 || (number >= 0xd800 && number <= 0xdfff) || number > 0x10ffff) {
    return "\ufffd";
  }
  if (number >= 0x80 && number <= 0x9f) {
    return WINDOWS[number - 0x80]!;
  }
  return isNoCharacter(number) ? "" : String.fromCodePoint(number);
}

function isNoCharacter(number: number): boolean {
  const control = number < 0x20 ? !/[\t\n\f\r]/.test(String.fromCharCode(number)) : false;
  const private_ = number >= 0xfdd0 && number <= 0xfdef;
  return control || number === 0x7f || private_ || (number & 0xfffe) === 0xfffe;
}

function byName(reference: string): string {
  named ??= new Map(
    ENTITIES.split(" ").map((each) => {
      const end = each.indexOf("=");
      return [each.slice(0, end), each.slice(end + 1)];
    }),
  );
  unended ??= new Set(UNENDED.split(" "));
  const name = reference.replace(/;$/, "");
  const whole = name !== reference || unended.has(name) ? named.get(name) : undefined;
  if (whole !== undefined) {
    return whole;
  }
  for (let length = reference.length - 1; length > 1; length--) {
    const beginning = reference.slice(0, length);
    if (unended.has(beginning)) {
      return named.get(beginning)! + reference.slice(length);
    }
  }
  return `&${reference}`;
}
