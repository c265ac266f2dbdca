import type { Term } from "./read/files";

/** A stretch of text, and the term of the glossary that it is, if it is one. */
export interface Stretch {
  text: string;
  term?: Term;
}

/** Finds terms of the glossary in text, each only where it first stands. */
export class Linker {
  private readonly forms = new Map<string, Term>();
  private readonly pattern: RegExp | undefined;
  private readonly seen: Set<string>;

  /** Args: terms; ids of terms that are not linked, as the one that is being explained. */
  constructor(terms: readonly Term[], seen: readonly string[] = []) {
    this.seen = new Set(seen);
    for (const term of terms)
      for (const form of [term.term, ...term.also]) this.forms.set(form.toLowerCase(), term);
    // the longest first: "hidden state" is no "state"
    const forms = [...this.forms.keys()].sort((a, b) => b.length - a.length).map(escaped);
    if (forms.length > 0)
      this.pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${forms.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  }

  stretches(text: string): Stretch[] {
    if (this.pattern === undefined) return [{ text }];
    const found: Stretch[] = [];
    let end = 0;
    for (const match of text.matchAll(this.pattern)) {
      const term = this.forms.get(match[0].toLowerCase());
      if (term === undefined || this.seen.has(term.id)) continue;
      this.seen.add(term.id);
      if (match.index > end) found.push({ text: text.slice(end, match.index) });
      found.push({ text: match[0], term });
      end = match.index + match[0].length;
    }
    return end < text.length ? [...found, { text: text.slice(end) }] : found;
  }
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
