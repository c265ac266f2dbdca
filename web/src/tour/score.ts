import type { Score } from "./progress";
import type { Option, Question } from "./read/blocks";

/** Options that were chosen, by their number from 0. */
export type Chosen = readonly number[];

/** Right is who chose every right option and no other. */
export function isRight(options: readonly Option[], chosen: Chosen): boolean {
  return options.every((option, n) => option.right === chosen.includes(n));
}

/** Whether more than one may be chosen. */
export function isMany(options: readonly Option[]): boolean {
  return options.filter((option) => option.right).length > 1;
}

export function scoreOf(questions: readonly Question[], chosen: readonly Chosen[]): Score {
  const right = questions.filter(({ options }, n) => isRight(options, chosen[n] ?? []));
  return { right: right.length, of: questions.length };
}
