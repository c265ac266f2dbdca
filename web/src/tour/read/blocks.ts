import type { Settings } from "../../lab/address";
import { outsideFences, type Passage } from "./passage";

/** An experiment of the lab and how it is set, as a file of the tour names it. */
export interface Shown {
  name: string;
  settings: Settings;
}

/** One possible answer, and why it is right or wrong. */
export interface Option {
  text: string;
  right: boolean;
  reason: string;
}

export interface Question {
  /** What is asked, in Markdown. */
  asked: string;
  options: readonly Option[];
}

/** The names of the experiments, and of the settings of each. */
export type Known = Readonly<Record<string, readonly string[]>>;

/** Takes the block ```experiment out of a passage; without one, all of it stands before. */
export function takeExperiment(
  passage: Passage,
  known: Known,
): { before: Passage; shown: Shown | undefined; after: Passage } {
  outsideFences(passage);
  const starts = passage.lines.flatMap((line, n) => (/^```experiment\s*$/.test(line) ? [n] : []));
  const [start, second] = starts;
  if (start === undefined)
    return { before: passage, shown: undefined, after: passage.part(passage.lines.length) };
  if (second !== undefined)
    throw passage.error(second, "a second experiment; expected one ```experiment block here");
  const end = passage.lines.findIndex((line, n) => n > start && line.startsWith("```"));
  return {
    before: passage.part(0, start),
    shown: shownIn(passage.part(start + 1, end), known),
    after: passage.part(end + 1),
  };
}

function shownIn(block: Passage, known: Known): Shown {
  const settings: Record<string, string> = {};
  const lines: Record<string, number> = {};
  let name: string | undefined;
  block.lines.forEach((line, n) => {
    if (line.trim() === "") return;
    const [, key, value] = /^([A-Za-z][A-Za-z0-9_]*):\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined)
      throw block.error(n, `expected "name: value", found "${line.trim()}"`);
    if (key !== "name") {
      settings[key] = value.trim();
      lines[key] = n;
    } else if (Object.hasOwn(known, value.trim())) name = value.trim();
    else
      throw block.error(
        n,
        `there is no experiment "${value.trim()}"; known are ${Object.keys(known).join(", ")}`,
      );
  });
  if (name === undefined)
    throw block.error(-1, 'this experiment has no name; expected a line "name: …" in it');
  for (const [key, line] of Object.entries(lines))
    if (!known[name]!.includes(key))
      throw block.error(
        line,
        `the experiment "${name}" has no setting "${key}"; it has ${known[name]!.join(", ")}`,
      );
  return { name, settings };
}

/**
 * Reads a question: prose, then its options.
 *
 *     - [x] A right answer.
 *       Why it is right, on lines that are set in.
 *     - [ ] A wrong one.
 *       Why it is wrong.
 */
export function questionOf(passage: Passage): Question {
  const outside = outsideFences(passage);
  const starts = passage.lines.flatMap((line, n) => (outside[n] && /^- \[/.test(line) ? [n] : []));
  const [first] = starts;
  if (first === undefined || starts.length < 2)
    throw passage.error(
      first ?? -1,
      'a question needs two answers or more; expected lines "- [x] …" and "- [ ] …"',
    );
  const options = starts.map((start, n) => optionOf(passage.part(start, starts[n + 1])));
  if (!options.some((option) => option.right))
    throw passage.error(first, "no answer of this question is right; mark one with [x]");
  return { asked: passage.part(0, first).text, options };
}

function optionOf(passage: Passage): Option {
  const [, mark, text] = /^- \[([ xX])\] (.*\S)/.exec(passage.lines[0] ?? "") ?? [];
  if (mark === undefined || text === undefined)
    throw passage.error(
      0,
      `expected "- [x] answer" or "- [ ] answer", found "${passage.lines[0]}"`,
    );
  const reason = passage.part(1);
  reason.lines.forEach((line, n) => {
    if (/^\S/.test(line))
      throw reason.error(n, `expected a reason set in by two spaces, found "${line.trim()}"`);
  });
  if (reason.text === "")
    throw passage.error(
      0,
      "this answer has no reason; expected one below it, set in by two spaces",
    );
  return {
    text,
    right: mark !== " ",
    reason: reason.lines
      .map((line) => line.trim())
      .join("\n")
      .trim(),
  };
}
