import { colourOf } from "../../ui/colours";
import { Entry } from "../../ui/entry";
import { fixed } from "../../ui/numbers";
import { Slider } from "../../ui/slider";
import "./loop.css";
import type { ExperimentProps } from "../experiment";
import { numberIn, wholeIn } from "../settings";
import { run, type SmallRnn, vectorOf } from "../small/rnn";
import { wordsOf } from "../small/words";

const TEXT = "not dull but superb";
const NET: SmallRnn = {
  W: [
    [0.5, -1],
    [0.25, 0.75],
  ],
  U: [
    [0.4, 0.9],
    [-0.9, 0.4],
  ],
  b: [0.1, -0.1],
};

/** The loop drawn out: one copy of the layer a word, all with the same weights, in numbers. */
export function Loop({ settings, change }: ExperimentProps) {
  const text = settings.text || TEXT;
  const words = wordsOf(text, 12);
  const strength = numberIn(settings, "strength", { min: 0, max: 1.5, otherwise: 1 });
  const net = { ...NET, U: NET.U.map((row) => row.map((weight) => weight * strength)) };
  const steps = run(
    net,
    words.map((word) => vectorOf(word, 2)),
  );
  const at = wholeIn(settings, "step", { min: 1, max: Math.max(words.length, 1), otherwise: 1 });
  const shown = steps[at - 1];
  const before = steps[at - 2]?.h ?? [0, 0];
  return (
    <div class="trial">
      <Entry label="Text" value={text} onInput={(value) => change({ text: value })} />
      <Slider
        label="Recurrent weights ×"
        min={0}
        max={1.5}
        step={0.1}
        value={strength}
        onInput={(value) => change({ strength: value.toFixed(1) })}
        shown={(value) => value.toFixed(1)}
      />
      <ol class="unrolled" aria-label="The loop, a step a word">
        {steps.map(({ h }, n) => (
          <li key={n}>
            <button
              type="button"
              aria-pressed={n + 1 === at}
              onClick={() => change({ step: String(n + 1) })}
            >
              <span class="word">{words[n]}</span>
              <span class="quiet">W, U, b</span>
              <span class="state">
                {h.map((value, unit) => (
                  <span key={unit} style={{ backgroundColor: colourOf(value * 0.45) }}>
                    {signed(value)}
                  </span>
                ))}
              </span>
            </button>
          </li>
        ))}
      </ol>
      {shown !== undefined && (
        <>
          <p>
            Step {at}, “{words[at - 1]}”: x = ({shown.x.map(signed).join(", ")}), h before = (
            {before.map(signed).join(", ")})
          </p>
          <div class="grid">
            {shown.h.map((value, unit) => (
              <table key={unit}>
                <caption>Unit {unit}</caption>
                <tbody>
                  <tr>
                    <th scope="row">W x + b</th>
                    <td>
                      {products(net.W[unit]!, shown.x)} + {signed(net.b[unit]!)} ={" "}
                      <strong>{signed(shown.fromInput[unit]!)}</strong>
                    </td>
                  </tr>
                  <tr>
                    <th scope="row">U h</th>
                    <td>
                      {products(net.U[unit]!, before)} ={" "}
                      <strong>{signed(shown.fromState[unit]!)}</strong>
                    </td>
                  </tr>
                  <tr>
                    <th scope="row">new h</th>
                    <td>
                      tanh({signed(shown.fromInput[unit]! + shown.fromState[unit]!)}) ={" "}
                      <strong>{signed(value)}</strong>
                    </td>
                  </tr>
                </tbody>
              </table>
            ))}
          </div>
        </>
      )}
      <p class="quiet">
        {strength === 0
          ? "With recurrent weights of 0 nothing is carried on: the last state is that of the last word alone."
          : "The same W, U and b stand in every step: only the word and the state change."}{" "}
        Numbers are shown to two digits; a word’s two numbers follow from its letters, nothing here
        has been learnt.
      </p>
    </div>
  );
}

/** "a · x + b · y", where no number parts from its sign at the end of a line. */
function products(weights: readonly number[], values: readonly number[]): string {
  return weights.map((w, n) => `${signed(w)}\u00a0·\u00a0${signed(values[n]!)}`).join(" + ");
}

const signed = (value: number): string => fixed(value, 2);
