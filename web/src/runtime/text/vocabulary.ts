/** Ids that every vocabulary keeps for padding and for words it does not hold. */
export const PADDING = 0;
export const UNKNOWN = 1;

/** Return the id of each word of a vocabulary.json: its place in the list. */
export function idsOf(words: string[]): Map<string, number> {
  return new Map(words.map((word, id) => [word, id]));
}
