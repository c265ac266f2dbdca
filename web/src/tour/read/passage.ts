/** What is wrong in a file of the tour: where, what was expected, what stands there. */
export class TourError extends Error {
  constructor(
    readonly file: string,
    readonly line: number,
    problem: string,
  ) {
    super(`${file}, line ${line}: ${problem}`);
    this.name = "TourError";
  }
}

/** Some lines of one file, which know where they stand. */
export class Passage {
  constructor(
    readonly file: string,
    readonly lines: readonly string[],
    /** The number of the first line in the file, from 1. */
    readonly first: number,
  ) {}

  static of(file: string, text: string): Passage {
    return new Passage(file, text.replace(/^\uFEFF/, "").split(/\r?\n/), 1);
  }

  /** Lines from `start` to before `end`, counted within the passage from 0. */
  part(start: number, end = this.lines.length): Passage {
    return new Passage(this.file, this.lines.slice(start, end), this.first + start);
  }

  get text(): string {
    return this.lines.join("\n").trim();
  }

  /** The error that this line, counted within the passage from 0, is told. */
  error(line: number, problem: string): TourError {
    return new TourError(this.file, this.first + line, problem);
  }
}

export interface Headed {
  heading: string;
  /** The line of the heading in the file. */
  line: number;
  body: Passage;
}

/** Parts a passage at its headings of one level, as "## "; code between fences has none. */
export function headed(passage: Passage, level: number): { before: Passage; parts: Headed[] } {
  const mark = `${"#".repeat(level)} `;
  const places = outsideFences(passage).flatMap((outside, n) =>
    outside && passage.lines[n]?.startsWith(mark) ? [n] : [],
  );
  const parts = places.map((start, n) => ({
    heading: (passage.lines[start] ?? "").slice(mark.length).trim(),
    line: passage.first + start,
    body: passage.part(start + 1, places[n + 1]),
  }));
  return { before: passage.part(0, places[0]), parts };
}

/** For every line, whether it stands outside of fenced code. */
export function outsideFences(passage: Passage): boolean[] {
  let open: number | undefined;
  const outside = passage.lines.map((line, n) => {
    if (!line.startsWith("```")) return open === undefined;
    open = open === undefined ? n : undefined;
    return false;
  });
  if (open !== undefined)
    throw passage.error(open, "this block of code has no end; expected a line ``` below it");
  return outside;
}
