import { type Known, type Question, questionOf, type Shown, takeExperiment } from "./blocks";
import { headed, Passage } from "./passage";

/** One stop: an objective, what there is to know, an experiment, a question. */
export interface Stop {
  /** The file's name without number and ending: it stays where stops change places. */
  id: string;
  title: string;
  objective: string;
  before: string;
  shown: Shown;
  after: string;
  question: Question;
}

export interface Exercise {
  id: string;
  title: string;
  task: string;
  shown: Shown | undefined;
  hint: string;
  answer: string;
}

export interface Asked extends Question {
  id: string;
  title: string;
  shown: Shown | undefined;
}

export interface Interview {
  id: string;
  title: string;
  answer: string;
  shown: Shown;
}

export interface Term {
  id: string;
  term: string;
  /** Other forms of the word, as its plural. */
  also: readonly string[];
  meaning: string;
}

/** A file of many parts below one title. */
export interface Page<Part> {
  title: string;
  lead: string;
  parts: readonly Part[];
}

/** A word as it stands in addresses: "λ₁ (Lyapunov)" is "λ₁-lyapunov". */
export function idOf(text: string): string {
  return (
    text
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu)
      ?.join("-") ?? ""
  );
}

export function stopOf(file: string, text: string, known: Known): Stop {
  const { title, body } = titled(Passage.of(file, text));
  const { before: told, parts } = headed(body, 2);
  const start = told.lines.findIndex((line) => line.trim() !== "");
  const objective = /^Objective:\s*(.*\S)/.exec(told.lines[start] ?? "")?.[1];
  if (objective === undefined)
    throw told.error(Math.max(start, 0), 'expected a line "Objective: …" below the title');
  const { before, shown, after } = takeExperiment(told.part(start + 1), known);
  if (shown === undefined)
    throw told.error(start, "this stop has no experiment; expected a block ```experiment");
  const [question, further] = parts;
  if (question === undefined || question.heading !== "Question")
    throw body.error(
      (question?.line ?? body.first + body.lines.length) - body.first,
      `expected "## Question"${question ? `, found "## ${question.heading}"` : " below the prose"}`,
    );
  if (further !== undefined)
    throw body.error(
      further.line - body.first,
      `expected one question and no more, found "## ${further.heading}"`,
    );
  return {
    id: file.replace(/^\d+-/, "").replace(/\.md$/, ""),
    title,
    objective,
    before: before.text,
    shown,
    after: after.text,
    question: questionOf(question.body),
  };
}

export function exercisesOf(file: string, text: string, known: Known): Page<Exercise> {
  return page(file, text, (title, body) => {
    const { before: posed, parts } = headed(body, 3);
    const { before, shown, after } = takeExperiment(posed, known);
    for (const { heading, line } of parts)
      if (heading !== "Hint" && heading !== "Answer")
        throw body.error(
          line - body.first,
          `expected "### Hint" or "### Answer", found "### ${heading}"`,
        );
    const said = (heading: string) =>
      parts.find((part) => part.heading === heading)?.body.text ?? "";
    if (said("Answer") === "")
      throw body.error(-1, 'this exercise has no answer; expected "### Answer" and text below it');
    const task = [before.text, after.text].filter(Boolean).join("\n\n");
    return { id: idOf(title), title, task, shown, hint: said("Hint"), answer: said("Answer") };
  });
}

export function quizOf(file: string, text: string, known: Known): Page<Asked> {
  return page(file, text, (title, body) => {
    const { before, shown, after } = takeExperiment(body, known);
    // the experiment may stand above the answers or below them
    const above = before.lines.every((line) => !line.startsWith("- ["));
    const question = questionOf(above && shown !== undefined ? after : before);
    if (!above && after.text !== "")
      throw after.error(
        0,
        "expected the experiment at the end of a question, or above its answers",
      );
    const asked =
      above && shown !== undefined ? `${before.text}\n\n${question.asked}` : question.asked;
    return { id: idOf(title), title, shown, ...question, asked: asked.trim() };
  });
}

export function interviewOf(file: string, text: string, known: Known): Page<Interview> {
  return page(file, text, (title, body) => {
    const { before, shown, after } = takeExperiment(body, known);
    if (shown === undefined)
      throw body.error(-1, "this answer points to no experiment; expected a block ```experiment");
    const answer = [before.text, after.text].filter(Boolean).join("\n\n");
    if (answer === "") throw body.error(-1, "expected a model answer below the question");
    return { id: idOf(title), title, answer, shown };
  });
}

export function glossaryOf(file: string, text: string): Page<Term> {
  return page(file, text, (term, body) => {
    const start = body.lines.findIndex((line) => line.trim() !== "");
    const also = /^Also:\s*(.*)$/.exec(body.lines[start] ?? "")?.[1];
    const meaning = (also === undefined ? body : body.part(start + 1)).text;
    if (meaning === "") throw body.error(-1, `expected what "${term}" means below it`);
    const forms = (also ?? "").split(",").map((form) => form.trim());
    return { id: idOf(term), term, also: forms.filter(Boolean), meaning };
  });
}

function titled(passage: Passage): { title: string; body: Passage } {
  const start = Math.max(
    passage.lines.findIndex((line) => line.trim() !== ""),
    0,
  );
  const title = /^# (.*\S)/.exec(passage.lines[start] ?? "")?.[1];
  if (title === undefined)
    throw passage.error(start, `expected a title "# …", found "${passage.lines[start]?.trim()}"`);
  return { title, body: passage.part(start + 1) };
}

function page<Part extends { id: string }>(
  file: string,
  text: string,
  partOf: (heading: string, body: Passage) => Part,
): Page<Part> {
  const { title, body } = titled(Passage.of(file, text));
  const { before, parts } = headed(body, 2);
  if (parts.length === 0)
    throw body.error(0, 'expected a part "## …" or more below the title, found none');
  const ids = new Set<string>();
  const read = parts.map(({ heading, line, body: part }) => {
    // a heading is text alone, also where a name in it was marked as code
    const made = partOf(heading.replaceAll("`", ""), part);
    if (made.id === "" || ids.has(made.id))
      throw body.error(
        line - body.first,
        `expected a heading of its own, found "${heading}" again`,
      );
    ids.add(made.id);
    return made;
  });
  return { title, lead: before.text, parts: read };
}
