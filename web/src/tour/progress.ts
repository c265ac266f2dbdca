/** What a reader has done; it stays in their browser. */
export interface Progress {
  version: 1;
  /** Stops that were opened, exercises and interview questions that were done, by id. */
  done: readonly string[];
  /** Questions by id: whether the last answer was right, and how many there were. */
  answers: Readonly<Record<string, Answered>>;
  /** Own notes by the place where they were written. */
  notes: Readonly<Record<string, string>>;
  /** Scores of the quiz, the newest last. */
  quiz: readonly Score[];
}

export interface Answered {
  right: boolean;
  tries: number;
}

export interface Score {
  right: number;
  of: number;
}

export const NOTHING: Progress = { version: 1, done: [], answers: {}, notes: {}, quiz: [] };

/** Bytes; what a reader does and writes is a thousandth of it. */
export const LONGEST_FILE = 5_000_000;

export const tooLong = (): Error =>
  new Error(`expected a file of at most ${LONGEST_FILE / 1e6} MB`);

export function withDone(progress: Progress, id: string, done = true): Progress {
  if (progress.done.includes(id) === done) return progress;
  const others = progress.done.filter((each) => each !== id);
  return { ...progress, done: done ? [...others, id] : others };
}

export function withAnswer(progress: Progress, id: string, right: boolean): Progress {
  const before = progress.answers[id];
  // who was right once stays right
  const answered = { right: right || before?.right === true, tries: (before?.tries ?? 0) + 1 };
  return before?.right
    ? progress
    : { ...progress, answers: { ...progress.answers, [id]: answered } };
}

export function withNote(progress: Progress, place: string, text: string): Progress {
  const { [place]: _, ...others } = progress.notes;
  return { ...progress, notes: text.trim() === "" ? others : { ...others, [place]: text } };
}

export function withScore(progress: Progress, score: Score): Progress {
  return { ...progress, quiz: [...progress.quiz, score].slice(-50) };
}

/** Writes the file that `progressOf` reads. */
export function fileOf(progress: Progress): string {
  return `${JSON.stringify({ what: "elman tour", ...progress }, null, 2)}\n`;
}

/** Reads a file of progress; one that is none is an Error, which says why. */
export function progressOf(text: string): Progress {
  if (text.length > LONGEST_FILE) throw tooLong();
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    throw new Error("expected a file that this page exported; this one is not JSON");
  }
  if (!isRecord(read) || read.what !== "elman tour")
    throw new Error('expected a file that this page exported; this one does not say "elman tour"');
  if (read.version !== 1)
    throw new Error(`expected version 1 of the file, found ${JSON.stringify(read.version)}`);
  const { done, answers, notes, quiz } = read;
  if (!isList(done, isText)) throw wrong("done", "a list of texts");
  if (!isMap(answers, isAnswered)) throw wrong("answers", "right and tries of each question");
  if (!isMap(notes, isText)) throw wrong("notes", "a text for each place");
  if (!isList(quiz, isScore)) throw wrong("quiz", "a list of scores");
  return { version: 1, done, answers, notes, quiz };
}

function wrong(part: string, expected: string): Error {
  return new Error(`"${part}" of this file is damaged: expected ${expected}`);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isInteger(value) && (value as number) >= 0;
}

function isAnswered(value: unknown): value is Answered {
  return isRecord(value) && typeof value.right === "boolean" && isCount(value.tries);
}

function isScore(value: unknown): value is Score {
  return isRecord(value) && isCount(value.right) && isCount(value.of) && value.right <= value.of;
}

function isList<Each>(value: unknown, is: (each: unknown) => each is Each): value is Each[] {
  return Array.isArray(value) && value.every(is);
}

function isMap<Each>(
  value: unknown,
  is: (each: unknown) => each is Each,
): value is Record<string, Each> {
  return isRecord(value) && Object.values(value).every(is);
}
