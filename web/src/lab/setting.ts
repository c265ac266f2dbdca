import type { Settings } from "./address";

/** A number out of the settings, within bounds; what is no number is as the experiment begins. */
export function numberOf(
  settings: Settings,
  name: string,
  { from, to, start, step }: { from: number; to: number; start: number; step?: number },
): number {
  const text = settings[name]?.trim() ?? "";
  const value = text === "" ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return start;
  const whole = step === undefined ? Math.round(value) : value;
  return Math.min(Math.max(whole, from), to);
}

/** One of a few words out of the settings; the first, where it is none of them. */
export function oneOf<Word extends string>(
  settings: Settings,
  name: string,
  words: readonly [Word, ...Word[]],
): Word {
  return words.find((word) => word === settings[name]) ?? words[0];
}

/** The words of a text, at most as many as there is room for. */
export function wordsOf(text: string, most: number): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}'’-]+/gu) ?? []).slice(0, most);
}
