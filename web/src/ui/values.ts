import { InputError } from "../runtime";

/**
 * Reads numbers between spaces, semicolons, commas followed by a space, and lines; "?" is missing.
 *
 * Throws an `InputError` that names what is no number.
 */
export function valuesOf(text: string): number[] {
  const words = text.split(/[\s;]+|,\s+/).filter((word) => word !== "");
  return words.map((word, n) => {
    if (word === "?") return Number.NaN;
    const value = Number(word.replace(/,$/, ""));
    if (!Number.isFinite(value))
      throw new InputError(
        `value ${n + 1}, “${word.slice(0, 20)}”, is not a number; write decimals with a point, and “?” for a value that is missing`,
      );
    return value;
  });
}

/** Writes what `valuesOf` reads. */
export const written = (values: readonly number[]): string =>
  values.map((value) => (Number.isNaN(value) ? "?" : String(value))).join(" ");
