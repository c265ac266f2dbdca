import { SYMBOLS } from "../../nets/recall";
import { Slider } from "../../ui/slider";
import type { Settings } from "../address";
import { Curve } from "./curve";
import { BOUNDS, type GradientState } from "./state";
import type { Training, useTraining } from "./training";

const CHANCE = 1 / SYMBOLS;

/** The net is taught to recall while one looks on. */
export function RecallPanel({
  state,
  change,
  teacher,
}: {
  state: GradientState;
  change: (some: Settings) => void;
  teacher: ReturnType<typeof useTraining>;
}) {
  const { steps, grow, vary } = state.asked;
  const { training, go, stop, reset } = teacher;
  const runs = training.at === "runs";
  const batches = training.loss.length;
  return (
    <>
      <div class="controls">
        <Slider
          label="steps T"
          value={steps}
          {...BOUNDS.steps}
          step={5}
          onInput={(value) => change({ T: String(value) })}
        />
        <label>
          <input
            type="checkbox"
            checked={grow}
            onChange={(event) => change({ grow: event.currentTarget.checked ? "yes" : undefined })}
          />
          begin with 10 steps, and go on where the net still answers right
        </label>
        <label>
          <input
            type="checkbox"
            checked={vary}
            onChange={(event) => change({ vary: event.currentTarget.checked ? "yes" : undefined })}
          />
          let the length vary from batch to batch
        </label>
      </div>
      <p class="row not-printed">
        <button
          type="button"
          class="first"
          onClick={runs ? stop : go}
          disabled={training.at === "solved" || training.at === "failed"}
        >
          {runs ? "Stop" : batches > 0 ? "Go on" : "Train"}
        </button>
        <button type="button" onClick={reset} disabled={training.at === "rest"}>
          Begin anew
        </button>
        <span class="figures">
          {batches > 0 &&
            `${batches.toLocaleString("en")} batches of 32 in ${training.seconds.toFixed(0)} s, ${speed(training)} a second`}
        </span>
      </p>
      <p class="said" aria-live="polite">
        {verdict(training, steps)}
      </p>
      <div class="grid">
        <Curve
          caption="Right answers, mean of ten batches"
          values={training.right}
          level={{ value: CHANCE, name: "chance, 1 in 8" }}
          low={0}
          high={1}
          format=".0%"
        />
        <Curve
          caption="Loss, nats"
          values={training.loss}
          level={{ value: Math.log(SYMBOLS), name: "knows nothing" }}
          low={0}
          high={2.6}
          format=".1f"
        />
        {grow && (
          <Curve
            caption="The length at hand, steps"
            values={training.length}
            level={{ value: steps, name: "T" }}
            low={0}
            high={1.15 * steps}
            format="d"
          />
        )}
      </div>
      {training.reach.length > 0 && <Reach reach={training.reach} asked={steps} />}
    </>
  );
}

/** How far it holds: also at lengths that it never saw. */
function Reach({ reach, asked }: { reach: Training["reach"]; asked: number }) {
  return (
    <table class="reach">
      <caption>Right answers on 256 fresh sequences, up to four times as long as asked</caption>
      <thead>
        <tr>
          <th scope="col">steps</th>
          <th scope="col">right</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {reach.map(([steps, share]) => (
          <tr key={steps}>
            <th scope="row" class="number">
              {steps === asked ? `T = ${steps}` : steps}
            </th>
            <td class="number">{Math.round(100 * share)} %</td>
            <td>
              <span class="share" style={{ width: `${100 * share}%` }} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function speed({ loss, seconds }: Training): string {
  const rate = loss.length / Math.max(seconds, 1e-3);
  return rate >= 10 ? rate.toFixed(0) : rate.toFixed(1);
}

/** In words, and only when it changes, so that it can be read out. */
function verdict({ at, loss, right, length }: Training, steps: number): string {
  if (at === "rest") return "Press Train: the symbol at the first step is to be named at the last.";
  if (at === "failed") return "This browser let no worker run, so nothing was trained here.";
  if (at === "solved") return `It recalls: at ${steps} steps nearly every answer is right.`;
  const now = right.at(-1) ?? 0;
  if (at === "stopped") {
    return `Stopped at ${Math.round(100 * now)} % right, with ${length.at(-1) ?? steps} steps at hand.`;
  }
  if (loss.length < 100) return "It has begun.";
  if (now < 2 * CHANCE) return "Still at chance: it guesses one symbol of eight.";
  if ((length.at(-1) ?? steps) < steps) return `It learns ${length.at(-1)} steps.`;
  return "It has found something: more answers are right than by chance.";
}
