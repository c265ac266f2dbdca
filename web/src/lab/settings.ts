import type { Settings } from "./address";

/** A number of the settings between two bounds, or what it is when none can be read. */
export function numberIn(
  settings: Settings,
  name: string,
  bounds: { min: number; max: number; otherwise: number },
): number {
  const text = settings[name];
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return bounds.otherwise;
  return Math.min(bounds.max, Math.max(bounds.min, value));
}

/** As `numberIn`, of whole numbers. */
export const wholeIn: typeof numberIn = (settings, name, bounds) =>
  Math.round(numberIn(settings, name, bounds));

/** One of a few names, or the first of them. */
export function oneOf<T extends string>(settings: Settings, name: string, values: readonly T[]): T {
  return values.find((value) => value === settings[name]) ?? values[0]!;
}

/** Numbers between spaces, which an address writes as "+", no longer than they need to be. */
export const listed = (values: ArrayLike<number>): string =>
  Array.from(values, (value) => String(Math.round(value * 1000) / 1000)).join(" ");

/** What `listed` wrote, if it is this many numbers. */
export function unlisted(text: string | undefined, count: number): Float64Array | undefined {
  const values = (text ?? "")
    .trim()
    .split(/\s+/)
    .map((part) => (part ? +part : Number.NaN));
  if (values.length !== count || !values.every(Number.isFinite)) return undefined;
  return Float64Array.from(values, (value) => Math.min(10, Math.max(-10, value)));
}
