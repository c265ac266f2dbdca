import type { Known } from "./blocks";
import {
  type Asked,
  type Exercise,
  exercisesOf,
  glossaryOf,
  type Interview,
  interviewOf,
  type Page,
  quizOf,
  type Stop,
  stopOf,
  type Term,
} from "./files";
import { linkProblems } from "./links";
import { TourError } from "./passage";

/** All of the tour. A file that cannot be read is left out of it. */
export interface Course {
  stops: readonly Stop[];
  exercises: Page<Exercise> | undefined;
  quiz: Page<Asked> | undefined;
  interview: Page<Interview> | undefined;
  glossary: Page<Term> | undefined;
}

export type Files = Readonly<Record<string, string>>;

const STOP = /^\d+-[a-z0-9-]+\.md$/;
const PAGES = ["exercises.md", "quiz.md", "interview.md", "glossary.md"];

/**
 * Reads the files of a tour, by name.
 *
 * Returns the course and, a sentence each, what is wrong in the files; a teacher sees all at once.
 */
export function readCourse(files: Files, known: Known): { course: Course; problems: string[] } {
  const problems: string[] = [];
  const reading = <Read>(file: string, read: (file: string, text: string) => Read) => {
    const text = files[file];
    if (text === undefined) {
      problems.push(`${file} is missing: expected a file of that name beside the others`);
      return undefined;
    }
    try {
      return read(file, text);
    } catch (error) {
      if (!(error instanceof TourError)) throw error;
      problems.push(error.message);
      return undefined;
    }
  };
  for (const file of Object.keys(files))
    if (!STOP.test(file) && !PAGES.includes(file))
      problems.push(
        `${file} is not shown: expected NN-name.md of a stop (small letters, digits, hyphens), or ${PAGES.join(", ")}`,
      );
  const stops = Object.keys(files)
    .filter((file) => STOP.test(file))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((file) => reading(file, (name, text) => stopOf(name, text, known)))
    .filter((stop) => stop !== undefined);
  // progress is kept under it
  stops.forEach(({ id }, n) => {
    if (stops.findIndex((stop) => stop.id === id) < n)
      problems.push(`${id}.md is the name of two stops: expected another one after the number`);
  });
  const course: Course = {
    stops,
    exercises: reading("exercises.md", (name, text) => exercisesOf(name, text, known)),
    quiz: reading("quiz.md", (name, text) => quizOf(name, text, known)),
    interview: reading("interview.md", (name, text) => interviewOf(name, text, known)),
    glossary: reading("glossary.md", glossaryOf),
  };
  if (stops.length === 0) problems.push("no stop: expected files such as 01-sequential-data.md");
  const terms = course.glossary?.parts.map((term) => term.id) ?? [];
  problems.push(...linkProblems(files, { stops: stops.length, known: Object.keys(known), terms }));
  return { course, problems };
}
