export type Scheme = "IOB1" | "IOB2" | "BIOES";

/** Some neighbouring words of a kind: words[begin:end]. */
export interface Span {
  kind: string;
  begin: number;
  end: number;
}

const OUTSIDE = "O";
/** Letters of BIOES, and of BILOU and BMES those that are theirs. */
const LETTERS: Record<string, string> = {
  ...{ B: "B", I: "I", E: "E", S: "S" },
  ...{ L: "E", U: "S", M: "I" },
};

interface Parted {
  letter: string;
  kind: string;
}

/** Return the spans that tags mark, as conlleval does: wherever a kind changes, or at a B or S. */
export function spansOf(tags: string[]): Span[] {
  const found: Span[] = [];
  let [begin, kind] = [0, ""];
  let before: Parted = { letter: OUTSIDE, kind: "" };
  [...tags, OUTSIDE].forEach((tag, n) => {
    const part = parted(tag);
    const fresh =
      "BS".includes(part.letter) || "OES".includes(before.letter) || part.kind !== before.kind;
    const starts = part.letter !== OUTSIDE && fresh;
    if (before.letter !== OUTSIDE && (part.letter === OUTSIDE || starts)) {
      found.push({ kind, begin, end: n });
    }
    if (starts) {
      [begin, kind] = [n, part.kind];
    }
    before = part;
  });
  return found;
}

/** Say whether a scheme has these tags one after the other. */
export function mayFollow(first: string, second: string, scheme: Scheme): boolean {
  const before = parted(first);
  const { letter, kind } = parted(second);
  const same = before.letter !== OUTSIDE && before.kind === kind;
  if (scheme === "BIOES") {
    const open = "BI".includes(before.letter);
    return "IE".includes(letter) === open && (!open || same);
  }
  return letter !== (scheme === "IOB1" ? "B" : "I") || same;
}

/** Say whether a scheme begins a text with this tag. */
export function mayBegin(tag: string, scheme: Scheme): boolean {
  return mayFollow(OUTSIDE, tag, scheme);
}

/** Say whether a scheme ends a text with this tag. */
export function mayEnd(tag: string, scheme: Scheme): boolean {
  return scheme !== "BIOES" || !"BI".includes(parted(tag).letter);
}

/** Return a tag's letter and kind; one that has none is a single word of its own kind. */
function parted(tag: string): Parted {
  if (tag === OUTSIDE) {
    return { letter: OUTSIDE, kind: "" };
  }
  const mark = tag.indexOf("-");
  const letter = LETTERS[mark < 0 ? tag : tag.slice(0, mark)];
  const kind = mark < 0 ? "" : tag.slice(mark + 1);
  return letter === undefined || (mark >= 0 && kind === "")
    ? { letter: "S", kind: tag }
    : { letter, kind };
}
