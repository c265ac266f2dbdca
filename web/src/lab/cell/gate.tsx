import type { Term, Traced } from "../../nets/trace";
import type { Kind } from "../../nets/weights";
import { Dragged } from "../../ui/dragged";
import { letterOf } from "./state";
import { type Part, type Shown, Sum } from "./sum";
import { said } from "./value";

const LOW = "₁₂₃";

/** x₁, h₂, and so on. */
export const named = (letter: string, index: number, many: boolean): string =>
  many ? `${letter}${LOW[index]}` : letter;

/** One gate of one unit: its weights to drag, its products, their sum, and what tanh or σ makes. */
export function Gate({
  kind,
  traced,
  unit,
  many,
  reach,
  shown,
  onWeight,
}: {
  kind: Kind;
  traced: Traced;
  unit: number;
  /** Whether inputs and units are numbered. */
  many: { inputs: boolean; units: boolean };
  reach: number;
  shown: Shown;
  onWeight: (array: Term["array"], place: number, value: number) => void;
}) {
  const { gate, outer, inner, factor } = traced;
  const part = (term: Term): Part => {
    const bias = term.array.startsWith("bias");
    const source =
      term.array === "weight_ih"
        ? named("x", term.index, many.inputs)
        : named("h", term.index, many.units);
    const letter = letterOf(kind, term.array);
    const which = gate === "h" ? letter : `${letter} of ${gate}`;
    const to = many.units ? `, unit ${unit + 1}` : "";
    return {
      key: `${term.array} ${term.index}`,
      met: bias ? "" : `${source} ${said(term.met)}`,
      by: (
        <span class="weight">
          <span aria-hidden="true">{letter}</span>
          <Dragged
            label={`${which}${to}${bias ? "" : `, from ${source}`}`}
            value={term.weight}
            onInput={(value) => onWeight(term.array, term.place, value)}
          />
        </span>
      ),
      product: term.product,
    };
  };
  const parts: Parameters<typeof Sum>[0]["parts"] = [...outer.map(part), ...inner.map(part)];
  const scaled = new Set(gate === "n" ? inner.map((term) => part(term).key) : []);
  const all =
    gate === "n"
      ? [
          ...parts,
          {
            key: "r",
            factor,
            name: `r ${shown.sum === "no" ? "…" : said(factor)} × (U h + c)`,
            from: traced.fromState,
          },
        ]
      : parts;
  return (
    <Sum
      parts={all}
      factor={(key) => (scaled.has(key) ? factor : 1)}
      total={{ name: "a", value: traced.sum }}
      squash={{ by: traced.squash, name: gate === "h" ? "h′" : gate, value: traced.value }}
      reach={reach}
      shown={shown}
    />
  );
}
