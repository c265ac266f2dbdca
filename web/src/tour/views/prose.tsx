import { marked, type Token, type Tokens } from "marked";
import type { ComponentChildren } from "preact";
import { useMemo } from "preact/hooks";
import { Scroll } from "../../ui/scroll";
import { Linker } from "../linked";
import type { Term } from "../read/files";

/**
 * Markdown as elements of the page, with words of the glossary linked where they first stand.
 *
 * HTML in it is shown as the text it is, pictures as what they say, and links lead within the page
 * or to the web.
 */
export function Prose({
  text,
  terms = [],
  except,
}: {
  text: string;
  terms?: readonly Term[] | undefined;
  /** The id of a term that is not linked here. */
  except?: string | undefined;
}) {
  return useMemo(
    () => rendered(text, new Linker(terms, except === undefined ? [] : [except])),
    [text, terms, except],
  );
}

/** The same with a linker of one's own, which knows what was linked before. */
export function rendered(text: string, linker: Linker) {
  return <>{marked.lexer(text).map((token) => block(token, linker))}</>;
}

/** One line of Markdown, without a paragraph around it. */
export function Inline({ text }: { text: string }) {
  return useMemo(() => <>{inline(marked.Lexer.lexInline(text), new Linker([]))}</>, [text]);
}

function block(token: Token, linker: Linker): ComponentChildren {
  switch (token.type) {
    case "space":
    case "def":
      return null;
    case "paragraph":
      return <p>{inline(token.tokens, linker)}</p>;
    case "text":
      return inline(token.tokens ?? [token], linker);
    case "heading":
      return <h3>{inline(token.tokens, new Linker([]))}</h3>;
    case "code":
      return (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys
        <pre tabIndex={0}>
          <code>{token.text}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote>{token.tokens?.map((each) => block(each, linker))}</blockquote>;
    case "list":
      return list(token as Tokens.List, linker);
    case "table":
      return table(token as Tokens.Table, linker);
    case "hr":
      return <hr />;
    default:
      return <p>{token.raw}</p>;
  }
}

function list({ ordered, start, items }: Tokens.List, linker: Linker) {
  const made = items.map((item) => <li>{item.tokens.map((each) => block(each, linker))}</li>);
  return ordered ? <ol start={start === "" ? 1 : start}>{made}</ol> : <ul>{made}</ul>;
}

function table({ header, rows }: Tokens.Table, linker: Linker) {
  return (
    <Scroll label="Table">
      <table>
        <thead>
          <tr>
            {header.map((cell) => (
              <th scope="col">{inline(cell.tokens, linker)}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr>
              {row.map((cell) => (
                <td>{inline(cell.tokens, linker)}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

function inline(tokens: readonly Token[] | undefined, linker: Linker): ComponentChildren {
  return tokens?.map((token) => {
    switch (token.type) {
      case "strong":
        return <strong>{inline(token.tokens, linker)}</strong>;
      case "em":
        return <em>{inline(token.tokens, linker)}</em>;
      case "del":
        return <del>{inline(token.tokens, linker)}</del>;
      case "codespan":
        return <code>{token.text}</code>;
      case "br":
        return <br />;
      case "link":
        return link(token as Tokens.Link);
      case "text":
        return "tokens" in token ? inline(token.tokens, linker) : words(token.text, linker);
      case "escape":
      case "image":
        return token.text;
      default:
        return token.raw;
    }
  });
}

/** Elsewhere than within the page and on the web nothing is to be followed. */
function link({ href, tokens }: Tokens.Link) {
  const inside = inline(tokens, new Linker([]));
  return /^(#|https?:)/.test(href) ? <a href={href}>{inside}</a> : <span>{inside}</span>;
}

function words(text: string, linker: Linker): ComponentChildren {
  return linker.stretches(text).map(({ text: part, term }) =>
    term === undefined ? (
      part
    ) : (
      <a class="term" href={`#tour/glossary/${term.id}`}>
        {part}
      </a>
    ),
  );
}
