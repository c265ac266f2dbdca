import { type Covariate, InputError } from "../../runtime";
import { valuesOf, written } from "../../ui/values";

/** A covariate that is known ahead, and its first column among all. */
export interface Ahead {
  covariate: Covariate;
  column: number;
}

/** Those covariates that have to be known for the steps to come. */
export function aheadOf(covariates: readonly Covariate[]): Ahead[] {
  let column = 0;
  return covariates.flatMap((covariate) => {
    const here = { covariate, column };
    column += covariate.categories.length || 1;
    return covariate.kind === "future" ? [here] : [];
  });
}

/** Writes a covariate of some steps: its numbers, or its categories between commas. */
export function writtenAhead({ covariate, column }: Ahead, rows: readonly number[][]): string {
  const { categories } = covariate;
  if (categories.length === 0) return written(rows.map((row) => row[column] ?? Number.NaN));
  const named = rows.map((row) => categories.find((_, n) => row[column + n] === 1) ?? MISSING);
  return named.join(`${betweenOf(categories)} `);
}

/**
 * Reads what `writtenAhead` wrote into rows of all columns.
 *
 * Throws an `InputError` that names the covariate where there is not one for each step.
 */
export function readAhead({ covariate, column }: Ahead, text: string, rows: number[][]): void {
  const { name, categories } = covariate;
  const read = categories.length === 0 ? numbersOf(name, text) : columnsOf(covariate, text);
  if (read.length !== rows.length)
    throw new InputError(
      `${name}: one for each of the ${rows.length} steps to come is needed, and here ` +
        `${read.length === 1 ? "is 1" : `are ${read.length}`}`,
    );
  read.forEach((columns, n) => {
    columns.forEach((value, k) => {
      rows[n]![column + k] = value;
    });
  });
}

const MISSING = "?";

/** What stands between categories: a comma, if none of them has one. */
const betweenOf = (categories: readonly string[]) =>
  categories.some((name) => name.includes(",")) ? "|" : ",";

function numbersOf(name: string, text: string): number[][] {
  try {
    return valuesOf(text).map((value) => [value]);
  } catch (error) {
    if (error instanceof InputError) throw new InputError(`${name}: ${error.message}`);
    throw error;
  }
}

/** Reads categories between commas; one that is missing is a column of none. */
function columnsOf({ name, categories }: Covariate, text: string): number[][] {
  const words = text.split(betweenOf(categories)).map((word) => word.trim());
  return words
    .filter((word) => word !== "")
    .map((word) => {
      if (word !== MISSING && !categories.includes(word))
        throw new InputError(`${name}: “${word.slice(0, 20)}” is none of ${categories.join(", ")}`);
      return categories.map((each) => (word === MISSING ? Number.NaN : Number(each === word)));
    });
}
