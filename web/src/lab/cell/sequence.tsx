import type { Tape } from "../../nets/layer";
import { Dragged } from "../../ui/dragged";
import type { Settings } from "../address";
import { named } from "./gate";
import { type CellState, MOST_STEPS, stepsDone, withInputs } from "./state";
import { Value } from "./value";

/** The inputs, to be changed, and the states that follow, one column a step of time. */
export function Sequence({
  cell,
  tape,
  change,
}: {
  cell: CellState;
  tape: Tape;
  change: (some: Settings) => void;
}) {
  const { x, t, weights } = cell;
  const { inputs: I, units: H } = weights;
  const put = (step: number, i: number, value: number) =>
    change(withInputs(x.with(step, x[step]!.with(i, value))));
  const cells = (array: ArrayLike<number>, unit: number) =>
    x.map((_, step) => array[(step + 1) * H + unit]!);
  const done = stepsDone(cell);
  const seen = (step: number) => (step < done ? "yes" : "no");
  return (
    <>
      <div class="scroll">
        <table class="sequence">
          <caption>Drag a number or type it. A step’s button shows that step above.</caption>
          <thead>
            <tr>
              <th scope="row">step</th>
              {x.map((_, step) => (
                <th key={step} scope="col">
                  <button
                    type="button"
                    aria-pressed={step === t}
                    aria-label={`look at step ${step + 1}`}
                    onClick={() => change({ t: String(step), stage: undefined })}
                  >
                    {step + 1}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Array.from({ length: I }, (_, i) => (
              <tr key={`x${i}`}>
                <th scope="row">{named("x", i, I > 1)}</th>
                {x.map((values, step) => (
                  <td key={step}>
                    <Dragged
                      label={`${named("x", i, I > 1)} at step ${step + 1}`}
                      value={values[i]!}
                      step={0.1}
                      onInput={(value) => put(step, i, value)}
                    />
                  </td>
                ))}
              </tr>
            ))}
            {(weights.kind === "lstm" ? (["c", "h"] as const) : (["h"] as const)).map((letter) =>
              Array.from({ length: H }, (_, unit) => (
                <tr key={`${letter}${unit}`}>
                  <th scope="row">{named(`${letter}′`, unit, H > 1)}</th>
                  {cells(tape[letter], unit).map((value, step) => (
                    <td key={step}>
                      <Value value={value} seen={seen(step)} />
                    </td>
                  ))}
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
      <p class="row not-printed">
        <button
          type="button"
          disabled={x.length >= MOST_STEPS}
          onClick={() => change(withInputs([...x, Array(I).fill(0)]))}
        >
          One step more
        </button>
        <button
          type="button"
          disabled={x.length <= 1}
          onClick={() => change(withInputs(x.slice(0, -1)))}
        >
          One step less
        </button>
      </p>
    </>
  );
}
