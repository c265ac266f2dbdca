import { describe, expect, test } from "vitest";
import { SETTINGS } from "../../../src/lab/experiments";
import { readCourse } from "../../../src/tour/read/course";
import { glossaryOf, idOf, quizOf, stopOf } from "../../../src/tour/read/files";
import { SHIPPED } from "./files";

const KNOWN = { loop: ["text", "strength"], cell: ["cell", "W"] };

const STOP = `# The loop

Objective: You can count.

Before.

\`\`\`experiment
name: loop
text: not: dull

strength: 0.5
\`\`\`

After.

## Question

How many?

- [ ] One, **bold**.
  Too few.
  Two lines of it.
- [x] Two.

  Because.
`;

/** The stop with one change, which the first argument must occur for. */
function changed(from: string, to: string): string {
  expect(STOP).toContain(from);
  return STOP.replace(from, to);
}

function problem(text: string): string {
  try {
    stopOf("03-loop.md", text, KNOWN);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

test("a stop has all of its parts", () => {
  const stop = stopOf("03-the-loop.md", STOP, KNOWN);
  expect(stop).toEqual({
    id: "the-loop",
    title: "The loop",
    objective: "You can count.",
    before: "Before.",
    shown: { name: "loop", settings: { text: "not: dull", strength: "0.5" } },
    after: "After.",
    question: {
      asked: "How many?",
      options: [
        { text: "One, **bold**.", right: false, reason: "Too few.\nTwo lines of it." },
        { text: "Two.", right: true, reason: "Because." },
      ],
    },
  });
});

test("line ends of Windows and a mark of its editor change nothing", () => {
  const windows = `\uFEFF${STOP.replaceAll("\n", "\r\n")}`;
  expect(stopOf("03-the-loop.md", windows, KNOWN)).toEqual(stopOf("03-the-loop.md", STOP, KNOWN));
});

describe("a broken stop says file, line and what was expected", () => {
  test.each([
    [changed("# The loop", "The loop"), 'line 1: expected a title "# …", found "The loop"'],
    [changed("Objective: You can count.", "Aim."), 'line 3: expected a line "Objective: …" below'],
    [changed("name: loop", "name: lop"), 'line 8: there is no experiment "lop"; known are loop, c'],
    [changed("name: loop", "loop"), 'line 8: expected "name: value", found "loop"'],
    [
      changed("text: not", "tetx: not"),
      'line 9: the experiment "loop" has no setting "tetx"; it has text, strength',
    ],
    [changed("name: loop\n", ""), 'line 7: this experiment has no name; expected a line "name: …'],
    [changed("strength: 0.5\n```", "strength: 0.5"), "line 7: this block of code has no end"],
    [changed("After.", "```experiment\nname: cell\n```"), "line 14: a second experiment"],
    [changed("```experiment", "```text"), "line 3: this stop has no experiment"],
    [changed("## Question", "## Ask"), 'line 16: expected "## Question", found "## Ask"'],
    [changed("How many?", "## More"), 'line 18: expected one question and no more, found "## Mo'],
    [changed("- [x]", "- [ ]"), "line 20: no answer of this question is right"],
    [changed("- [x] Two.", "- [y] Two."), 'line 23: expected "- [x] answer" or "- [ ] answer", f'],
    [changed("\n  Because.", ""), "line 23: this answer has no reason"],
    [changed("  Two lines of it.", "Two lines of it."), "line 22: expected a reason set in by two"],
    [STOP.slice(0, STOP.indexOf("- [x]")), "line 20: a question needs two answers or more"],
  ])("%#", (text, said) => {
    expect(problem(text)).toContain(`03-loop.md, ${said}`);
  });
});

test("settings are named as in addresses, with capitals too", () => {
  const cell = changed("name: loop\ntext: not: dull\n\nstrength: 0.5", "W: 0.5 -1\nname: cell");
  expect(stopOf("1-cell.md", cell, KNOWN).shown).toEqual({
    name: "cell",
    settings: { W: "0.5 -1" },
  });
});

test("a quiz has its experiment above or below the answers", () => {
  const answers = "- [x] Yes\n  So.\n- [ ] No\n  Not so.\n";
  const shown = "```experiment\nname: cell\n```\n";
  const above = quizOf(
    "quiz.md",
    `# Quiz\n\n## Is \`it\`?\n\nWell?\n\n${shown}\n${answers}`,
    KNOWN,
  );
  const below = quizOf("quiz.md", `# Quiz\n\n## Is it?\n\nWell?\n\n${answers}\n${shown}`, KNOWN);
  expect(above).toEqual(below);
  expect(above.parts[0]).toMatchObject({
    title: "Is it?",
    asked: "Well?",
    shown: { name: "cell" },
  });
});

test("the same heading twice is told", () => {
  expect(() => glossaryOf("glossary.md", "# G\n\n## Unit\n\nOne.\n\n## unit\n\nTwo.\n")).toThrow(
    'glossary.md, line 7: expected a heading of its own, found "unit" again',
  );
  expect(idOf("λ₁ (Lyapunov)")).toBe("λ₁-lyapunov");
});

test("one broken file leaves the others; links that lead nowhere are told by line", () => {
  const files = {
    ...SHIPPED,
    "01-sequential-data.md": "nothing",
    "02-the-loop.md": STOP.replace(
      "After.",
      "[a](#tour/9) [b](#lab/nope) [c](#tour/glossary/latch)",
    ),
    "10-what-lstm-changes.md": STOP.replace("After.", "[d](#tour/glossary/lach) [e](#tour/10)"),
  };
  const { course, problems } = readCourse(files, SETTINGS);
  expect(course.stops).toHaveLength(9);
  expect(problems).toEqual([
    '01-sequential-data.md, line 1: expected a title "# …", found "nothing"',
    expect.stringContaining('02-the-loop.md, line 14: there is no experiment "nope"'),
    '10-what-lstm-changes.md, line 14: the glossary has no word "lach"',
    '10-what-lstm-changes.md, line 14: there is no stop "10"; expected 1 to 9, or exercises, quiz, interview, glossary',
  ]);
});

test("a missing file is told", () => {
  const { "quiz.md": _, ...files } = SHIPPED;
  expect(readCourse(files, KNOWN).problems).toContain(
    "quiz.md is missing: expected a file of that name beside the others",
  );
});

test("a file that has no place, and a name that two stops share, are told", () => {
  const files = { ...SHIPPED, "03-My Stop.md": STOP, "README.md": "", "11-the-loop.md": STOP };
  const { course, problems } = readCourse(files, SETTINGS);
  expect(course.stops).toHaveLength(11);
  expect(problems).toEqual([
    expect.stringMatching(/^03-My Stop\.md is not shown: expected NN-name\.md of a stop/),
    expect.stringMatching(/^README\.md is not shown: .* or exercises\.md, quiz\.md, interview/),
    "the-loop.md is the name of two stops: expected another one after the number",
  ]);
});
