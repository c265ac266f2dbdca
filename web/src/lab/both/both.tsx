import { Choice } from "../../ui/choice";
import { Entry } from "../../ui/entry";
import { Scroll } from "../../ui/scroll";
import { Slider } from "../../ui/slider";
import { type Cell, Tensor } from "../../ui/tensor";
import type { ExperimentProps } from "../experiment";
import { oneOf, wholeIn } from "../settings";
import { batchOf, lengthsOf, same, UNITS } from "./rows";

const LENGTHS = [5, 2, 3];
const ENDS = ["respected", "printed"] as const;

/** `output` and `hidden` side by side, with rows that end early. */
export function Both({ settings, change }: ExperimentProps) {
  const text = settings.lengths || LENGTHS.join(", ");
  const lengths = lengthsOf(text, LENGTHS);
  const ends = oneOf(settings, "ends", ENDS);
  const unit = wholeIn(settings, "unit", { min: 0, max: UNITS - 1, otherwise: 0 });
  const { output, printed, respected } = batchOf(lengths);
  const hidden = ends === "printed" ? printed : respected;
  const longest = Math.max(...lengths);
  const endOf = (row: number) => (ends === "printed" ? longest : lengths[row]!);
  const rows = lengths.map((length, row) => `row ${row} (${length})`);
  const shown = output.map((states, row) =>
    states.map(
      (state, t): Cell => ({
        value: state[unit]!,
        mark: t === endOf(row) - 1 ? "last" : t >= lengths[row]! ? "padding" : undefined,
      }),
    ),
  );
  const wrong = lengths.filter((_, row) => !same(printed[row]!, respected[row]!)).length;
  return (
    <div class="trial">
      <Entry
        label="Lengths of the rows (1 to 5 rows of 1 to 8 steps)"
        value={text}
        onInput={(value) => change({ lengths: value })}
      />
      <Choice
        label="hidden is read"
        values={ENDS}
        value={ends}
        onChange={(value) => change({ ends: value })}
        named={(value) =>
          value === "respected" ? "at each row’s last real step" : "at the last step, as printed"
        }
      />
      <Choice
        label="Unit shown"
        values={Array.from({ length: UNITS }, (_, n) => n)}
        value={unit}
        onChange={(value) => change({ unit: String(value) })}
      />
      <Tensor
        caption={`output (${lengths.length}, ${longest}, ${UNITS}): the state after every step; framed is what hidden takes, hatched is padding`}
        rows={rows}
        columns={Array.from({ length: longest }, (_, t) => `t = ${t}`)}
        cells={shown}
      />
      <Tensor
        caption={`hidden (1, ${lengths.length}, ${UNITS}): one state a row`}
        rows={["layer 0"]}
        columns={rows}
        cells={[hidden.map((state) => ({ value: state[unit]! }))]}
      />
      <Scroll label="hidden, compared">
        <table>
          <caption>Compared over all {UNITS} units, to the last bit</caption>
          <thead>
            <tr>
              <th scope="col">row</th>
              <th scope="col">hidden is its last real state</th>
              <th scope="col">hidden is output[row, −1]</th>
            </tr>
          </thead>
          <tbody>
            {hidden.map((state, row) => (
              <tr key={row}>
                <th scope="row">{row}</th>
                <td>{same(state, respected[row]!) ? "yes" : "no"}</td>
                <td>{same(state, printed[row]!) ? "yes" : "no"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <p role="status">
        {ends === "printed" && wrong > 0
          ? `${wrong} of ${lengths.length} rows answer from a state that went on after their end, over padding.`
          : "Every row answers from its own last step."}
      </p>
      <Layers settings={settings} change={change} rows={lengths.length} steps={longest} />
    </div>
  );
}

/** The shapes alone, with more layers, or both ways. */
function Layers({
  settings,
  change,
  rows,
  steps,
}: Pick<ExperimentProps, "settings" | "change"> & { rows: number; steps: number }) {
  const layers = wholeIn(settings, "layers", { min: 1, max: 4, otherwise: 1 });
  const ways = wholeIn(settings, "ways", { min: 1, max: 2, otherwise: 1 });
  return (
    <>
      <h3>The shapes of a larger layer</h3>
      <Slider
        label="Layers L"
        min={1}
        max={4}
        step={1}
        value={layers}
        onInput={(value) => change({ layers: String(value) })}
      />
      <Choice
        label="Reads"
        values={[1, 2]}
        value={ways}
        onChange={(value) => change({ ways: String(value) })}
        named={(value) => (value === 1 ? "forward (D = 1)" : "both ways (D = 2)")}
      />
      <p>
        <code>output</code> (B, T, D·H) = ({rows}, {steps}, {ways * UNITS}): the top layer alone,
        every step. <code>hidden</code> (L·D, B, H) = ({layers * ways}, {rows}, {UNITS}): every
        layer, one step.
      </p>
    </>
  );
}
