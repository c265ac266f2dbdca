import type { Term } from "./read/files";

/** Terms in the order of the alphabet, those that hold what is asked for; words before meanings. */
export function found(terms: readonly Term[], asked: string): Term[] {
  const sorted = [...terms].sort((a, b) => a.term.localeCompare(b.term, "en"));
  const wanted = asked.trim().toLowerCase();
  if (wanted === "") return sorted;
  const holds = (text: string) => text.toLowerCase().includes(wanted);
  const named = sorted.filter(({ term, also }) => [term, ...also].some(holds));
  return [...named, ...sorted.filter((term) => holds(term.meaning) && !named.includes(term))];
}
