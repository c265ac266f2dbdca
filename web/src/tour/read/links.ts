import { marked } from "marked";
import { addressOf } from "../../lab/address";

/** What there is to point to. */
export interface Targets {
  stops: number;
  /** Names of experiments. */
  known: readonly string[];
  /** Ids of the glossary. */
  terms: readonly string[];
}

const PAGES = ["exercises", "quiz", "interview", "glossary"];

/** Returns a sentence for every link within the page that leads nowhere. */
export function linkProblems(files: Readonly<Record<string, string>>, targets: Targets): string[] {
  return Object.entries(files).flatMap(([file, text]) =>
    links(text).flatMap((href) => {
      const problem = href.startsWith("#") ? leadsNowhere(href, targets) : undefined;
      return problem === undefined ? [] : [`${file}, line ${lineOf(text, href)}: ${problem}`];
    }),
  );
}

function links(text: string): string[] {
  const found: string[] = [];
  marked.walkTokens(marked.lexer(text), (token) => {
    if (token.type === "link") found.push(token.href as string);
  });
  return found;
}

function lineOf(text: string, href: string): number {
  return text.slice(0, text.indexOf(`(${href}`)).split("\n").length;
}

function leadsNowhere(href: string, { stops, known, terms }: Targets): string | undefined {
  const [page = "", place, term] = addressOf(href).place.split("/");
  if (page === "lab" && place !== undefined)
    return known.includes(place)
      ? undefined
      : `there is no experiment "${place}"; known are ${known.join(", ")}`;
  if (page === "lab" || (page === "tour" && place === undefined)) return undefined;
  if (page !== "tour") return `expected #tour/… or #lab/…, found ${href}`;
  if (place === "glossary" && term !== undefined)
    return terms.includes(term) ? undefined : `the glossary has no word "${term}"`;
  if (PAGES.includes(place ?? "")) return undefined;
  const number = Number(place);
  return Number.isInteger(number) && number >= 1 && number <= stops
    ? undefined
    : `there is no stop "${place}"; expected 1 to ${stops}, or ${PAGES.join(", ")}`;
}
