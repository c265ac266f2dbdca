import { useMemo } from "preact/hooks";
import { trace, walk } from "../../nets/trace";
import { GATES, KINDS, type Kind } from "../../nets/weights";
import { Card } from "../../ui/card";
import { Choice } from "../../ui/choice";
import type { Settings } from "../address";
import type { ExperimentProps } from "../experiment";
import { Gate } from "./gate";
import { Mixing } from "./mixing";
import { OverTime } from "./over-time";
import { Player } from "./player";
import { chosen, PRESETS } from "./presets";
import { Sequence } from "./sequence";
import { STAGES, stagesOf } from "./stages";
import { cellOf, withWeight } from "./state";
import type { Shown } from "./sum";
import type { Seen } from "./value";
import "./cell.css";

const EQUATIONS: Record<Kind, readonly string[]> = {
  rnn: ["h′ = tanh(W x + b + U h + c)"],
  gru: [
    "r, z = σ(W x + b + U h + c)",
    "n = tanh(W x + b + r ⊙ (U h + c))",
    "h′ = (1 − z) ⊙ n + z ⊙ h",
  ],
  lstm: [
    "i, f, o = σ(W x + b + U h + d)",
    "g = tanh(W x + b + U h + d)",
    "c′ = f ⊙ c + i ⊙ g",
    "h′ = o ⊙ tanh(c′)",
  ],
};

const CALLED: Record<string, string> = {
  h: "The new state",
  r: "r, the reset gate",
  z: "z, the gate that keeps",
  n: "n, what could be written",
  i: "i, the gate that lets in",
  f: "f, the gate that keeps",
  g: "g, what could be written",
  o: "o, the gate that shows",
};

const NONE: Settings = {
  W: undefined,
  U: undefined,
  b: undefined,
  c: undefined,
  stage: undefined,
  unit: undefined,
};

/** One cell in numbers: every product, sum and squashing of a step, with weights to drag. */
export function CellExperiment({ settings, change }: ExperimentProps) {
  const cell = useMemo(() => cellOf(settings), [settings]);
  const { weights, x, t, unit } = cell;
  const { kind, inputs, units } = weights;
  const tape = useMemo(() => walk(weights, x), [weights, x]);
  const gates = GATES[kind].map((_, gate) => trace(weights, x, tape, t, gate, unit));
  const last = STAGES[kind].length - 1;
  const seen = (stage: number): Seen => {
    if (!cell.going || cell.stage > stage) return "yes";
    return cell.stage === stage ? "now" : "no";
  };
  const shownOf = (gate: string): Shown => {
    const { sum, value } = stagesOf(kind, gate);
    return { products: seen(0), sum: seen(sum), value: seen(value) };
  };
  const mixed: Shown =
    kind === "gru"
      ? { products: seen(last), sum: seen(last), value: seen(last) }
      : { products: seen(last - 1), sum: seen(last - 1), value: seen(last) };
  const many = { inputs: inputs > 1, units: units > 1 };
  const key = `${t} ${cell.going ? cell.stage : "all"}`;
  const fits = (each: (typeof presets)[number]) =>
    inputs === 1 &&
    units === 1 &&
    Object.entries(each.settings).every(([name, value]) => settings[name] === value);
  const presets = PRESETS[kind];
  const preset = presets.find(fits);
  return (
    <div class="lab-cell">
      <Card title="Which cell">
        <div class="row">
          <Choice
            label="cell"
            values={KINDS}
            value={kind}
            named={(each) => each.toUpperCase()}
            onChange={(each) => change({ ...NONE, cell: each })}
          />
          <Choice
            label="inputs"
            values={[1, 2]}
            value={inputs}
            onChange={(each) => change({ ...NONE, inputs: String(each) })}
          />
          <Choice
            label="units"
            values={[1, 2, 3]}
            value={units}
            onChange={(each) => change({ ...NONE, units: String(each) })}
          />
        </div>
        <p class="equation">
          {EQUATIONS[kind].map((line) => (
            <span key={line}>{line}</span>
          ))}
        </p>
        <fieldset class="choice">
          <legend>try</legend>
          {presets.map((each) => (
            <button
              key={each.name}
              type="button"
              aria-pressed={each === preset}
              onClick={() => change(chosen(each))}
            >
              {each.name}
            </button>
          ))}
          <button
            type="button"
            onClick={() => change({ ...NONE, seed: String((+(settings.seed ?? 0) || 0) + 1) })}
          >
            Random weights
          </button>
        </fieldset>
        <p class="said-of-preset" aria-live="polite">
          {preset?.said ?? "Drag a weight sideways, or type it: everything below follows at once."}
        </p>
      </Card>
      <Card
        title={`Step ${t + 1}${units > 1 ? `, unit ${unit + 1}` : ""}`}
        lead="Each number on the left is multiplied by its weight; the bars add the products up; the curve squashes the sum."
      >
        {units > 1 && (
          <Choice
            label="unit"
            values={Array.from({ length: units }, (_, u) => u)}
            value={unit}
            named={(u) => String(u + 1)}
            onChange={(u) => change({ unit: String(u) })}
          />
        )}
        <Player cell={cell} change={change} />
        <div class="gates" data-gates={gates.length}>
          {gates.map((traced) => (
            <section key={traced.gate} aria-label={CALLED[traced.gate]}>
              <h3>{CALLED[traced.gate]}</h3>
              <Gate
                key={key}
                kind={kind}
                traced={traced}
                unit={unit}
                many={many}
                reach={reachOf(traced.outer, traced.inner)}
                shown={shownOf(traced.gate)}
                onWeight={(array, place, value) => change(withWeight(weights, array, place, value))}
              />
            </section>
          ))}
          {kind !== "rnn" && (
            <section class="mixing" aria-label="The new state">
              <h3>
                {kind === "gru" ? "The new state: z mixes" : "The new state: f keeps, i adds"}
              </h3>
              <Mixing key={key} weights={weights} tape={tape} t={t} unit={unit} shown={mixed} />
            </section>
          )}
        </div>
      </Card>
      <Card title="The sequence" lead="What goes in at each step, and the state that it leaves.">
        <Sequence cell={cell} tape={tape} change={change} />
        <OverTime cell={cell} tape={tape} />
      </Card>
    </div>
  );
}

/** Half the width of the bars' scale: in twos, so that it stands still while a weight is dragged. */
function reachOf(...terms: { product: number }[][]): number {
  let end = 0;
  let most = 0;
  for (const { product } of terms.flat()) {
    end += product;
    most = Math.max(most, Math.abs(end));
  }
  return Math.max(2, 2 * Math.ceil(most / 1.8));
}
