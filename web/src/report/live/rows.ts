import { InputError } from "../../runtime";

/**
 * Reads lines of numbers, a step each, between commas, semicolons or tabs; an empty cell or "?" is
 * missing.
 *
 * Throws an `InputError` that names the line and what is wrong with it.
 */
export function rowsOf(text: string, channels: readonly string[]): number[][] {
  return text.split("\n").flatMap((line, n) => {
    if (line.trim() === "") return [];
    const cells = line.split(/[,;\t]/).map((cell) => cell.trim());
    if (cells.length !== channels.length)
      throw new InputError(
        `line ${n + 1}: ${cells.length === 1 ? "1 number" : `${cells.length} numbers`}; expected ` +
          `${channels.length}, of ${channels.join(", ")}`,
      );
    return [
      cells.map((cell) => {
        const value = cell === "" || cell === "?" ? Number.NaN : Number(cell);
        if (cell !== "" && cell !== "?" && !Number.isFinite(value))
          throw new InputError(`line ${n + 1}: “${cell.slice(0, 20)}” is not a number`);
        return value;
      }),
    ];
  });
}
