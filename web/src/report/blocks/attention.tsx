import type { BlockOf } from "../../payload";
import { Scroll } from "../../ui/scroll";

/** A piece as it is read: the end of a sentence is none, and a blank alone has to be seen. */
const spelt = (piece: string) => piece.trim() || (piece === "" ? "end" : "␣");

/** Where each piece of a translation looks: the darker, the more. */
export function AttentionMap({ source, target, weights }: BlockOf<"attention">) {
  return (
    <>
      <p class="quiet">A row a piece of the translation, a column a piece of the sentence.</p>
      <Scroll label={`where the translation of “${source.join("").trim()}” looks`}>
        <table class="matrix attention">
          <thead>
            <tr>
              <td />
              {source.map((piece, n) => (
                <th key={n} scope="col">
                  {spelt(piece)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {target.map((piece, t) => (
              <tr key={t}>
                <th scope="row">{spelt(piece)}</th>
                {source.map((_, s) => {
                  const share = weights[t]?.[s] ?? 0;
                  const colour = `color-mix(in srgb, var(--for) ${Math.round(85 * share)}%, transparent)`;
                  return (
                    <td key={s} style={{ background: colour }}>
                      <span class="hidden">{Math.round(100 * share)} %</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
