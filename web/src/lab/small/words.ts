/** The words of a text, at most as many as there is room for. */
export function wordsOf(text: string, most: number): string[] {
  return (text.toLowerCase().match(/[\p{L}\p{N}'’-]+/gu) ?? []).slice(0, most);
}
