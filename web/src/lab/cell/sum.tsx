import type { ComponentChildren } from "preact";
import { Bar } from "./bar";
import { Curve } from "./curve";
import { type Seen, said, Value } from "./value";

/** One product on its way into a sum. */
export interface Part {
  key: string;
  /** What is multiplied, as "x₁ 0.50"; empty of a bias. */
  met: ComponentChildren;
  /** With what. */
  by: ComponentChildren;
  product: number;
}

/** What of a sum is there. */
export interface Shown {
  products: Seen;
  sum: Seen;
  value: Seen;
}

/**
 * A sum as it comes to be: each product a bar that begins where the one before ended, and below,
 * on the same scale, the curve that squashes the sum.
 */
export function Sum({
  parts,
  factor,
  total,
  squash,
  reach,
  shown,
}: {
  parts: readonly (Part | { key: string; factor: number; name: string; from: number })[];
  /** How much of each part counts, as r of a GRU; 1 elsewhere. */
  factor: (key: string) => number;
  total: { name: string; value: number };
  squash?: { by: "tanh" | "σ"; name: string; value: number } | undefined;
  /** The bars' scale goes from −reach to reach. */
  reach: number;
  shown: Shown;
}) {
  let end = 0;
  return (
    <div class="sum">
      {parts.map((part, i) => {
        if ("factor" in part) {
          return (
            <p key={part.key} class="sum-row sum-factor">
              <span>{part.name}</span>
              <Value value={part.from} seen={shown.sum} />
              <span aria-hidden="true">=</span>
              <Value value={part.factor * part.from} seen={shown.sum} />
            </p>
          );
        }
        const begin = end;
        end += part.product * factor(part.key);
        return (
          <div key={part.key} class="sum-row">
            <span class="met">{part.met}</span>
            <span aria-hidden="true">{part.met === "" ? "" : "×"}</span>
            {part.by}
            <span aria-hidden="true">=</span>
            <Value value={part.product} seen={shown.products} />
            <Bar from={begin} to={end} reach={reach} seen={shown.sum} order={i} />
          </div>
        );
      })}
      <div class="sum-row sum-total">
        <span class="met">sum</span>
        <span />
        <span class="quiet">{total.name}</span>
        <span aria-hidden="true">=</span>
        <Value value={total.value} seen={shown.sum} from="above" />
        <Bar from={0} to={total.value} reach={reach} seen={shown.sum} order={parts.length} thin />
      </div>
      {squash && (
        <div class="sum-row sum-squash">
          <span class="squashed">
            <span>
              {squash.by}({shown.sum === "no" ? "…" : said(total.value)})
            </span>
            <span class="quiet">{squash.name} =</span>
            <Value value={squash.value} seen={shown.value} from="above" strong />
          </span>
          <Curve by={squash.by} at={total.value} reach={reach} seen={shown.value} />
        </div>
      )}
    </div>
  );
}
