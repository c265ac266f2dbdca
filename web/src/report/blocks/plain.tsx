import { useState } from "preact/hooks";
import type { BlockOf } from "../../payload";
import { digits } from "../../ui/numbers";
import { Scroll } from "../../ui/scroll";

/** Sentences. */
export function Said({ text, tone }: BlockOf<"said">) {
  return <p class={`said ${tone}`}>{text}</p>;
}

/** Names with their values. */
export function Facts({ rows }: BlockOf<"facts">) {
  return (
    <dl class="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A table, which scrolls by itself where the screen is narrow. */
export function Table({ columns, rows, caption }: BlockOf<"table">) {
  const number = columns.map((_, n) => rows.every((row) => typeof row[n] !== "string"));
  const kind = (n: number) => (number[n] ? "number" : undefined);
  return (
    <Scroll label={caption || columns.join(", ")}>
      <table>
        {caption !== "" && <caption>{caption}</caption>}
        <thead>
          <tr>
            {columns.map((name, n) => (
              <th key={name} scope="col" class={kind(n)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {row.map((cell, n) => (
                <td key={columns[n]} class={kind(n)}>
                  {cell === null ? "–" : typeof cell === "number" ? digits(cell) : cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  );
}

/** Something to type, and a button that copies it where the browser allows that. */
export function Code({ text }: BlockOf<"code">) {
  const [done, setDone] = useState("");
  const copy = () =>
    navigator.clipboard?.writeText(text).then(
      () => setDone("copied"),
      () => setDone("select it and copy"),
    );
  return (
    <div class="code">
      <Scroll label={text.split("\n", 1)[0] ?? ""}>
        <pre>
          <code>{text}</code>
        </pre>
      </Scroll>
      {navigator.clipboard !== undefined && (
        <button type="button" class="not-printed" onClick={copy}>
          Copy
        </button>
      )}
      <span role="status">{done}</span>
    </div>
  );
}
