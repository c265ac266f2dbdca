import type { Section } from "../saved";
import type { Scaling } from "./scaling";

/** Where one series stopped. */
export interface End {
  name: string;
  /** The newest, as many as a window has; NaN where one is missing. */
  values: number[];
  /** Steps of the calendar before the first of them. */
  first: number;
  floor: number;
  /** Of all its values. */
  lowest: number;
  /** What is known beside them, one column after the other, row by row. */
  known: number[];
}

/** What series.json holds: a column of each field. */
export interface SavedEnds {
  names: string[];
  values: string[];
  first: number[];
  floor: number[];
  lowest: number[];
  known?: string[];
}

/** Return the ends of all series; of models of old, that of the one beside their input. */
export function endsOf(saved: SavedEnds | undefined, input: Section): End[] {
  if (saved !== undefined) {
    return saved.names.map((name, n) => ({
      name,
      values: saved.values[n]!.split(" ").map(Number),
      first: saved.first[n]!,
      floor: saved.floor[n]!,
      lowest: saved.lowest[n]!,
      known: saved.known?.[n] ? saved.known[n]!.split(" ").map(Number) : [],
    }));
  }
  const recent = (input.recent as (number | null)[] | undefined) ?? [];
  return [
    {
      name: input.value_column as string,
      values: recent.map((value) => value ?? Number.NaN),
      first: (input.first as number | undefined) ?? 0,
      floor: (input.scaling as Scaling).floor,
      lowest: input.non_negative ? 0 : -Infinity,
      known: [],
    },
  ];
}
