import { useMemo } from "preact/hooks";
import { Choice } from "../../ui/choice";
import { fixed } from "../../ui/numbers";
import { Scroll } from "../../ui/scroll";
import { Slider } from "../../ui/slider";
import { Tensor } from "../../ui/tensor";
import type { ExperimentProps } from "../experiment";
import { oneOf, wholeIn } from "../settings";
import { random } from "../small/random";
import { KINDS, orderTest, rowsOf } from "./ordered";
import { answers, batch, moved, ROWS, STEPS } from "./swapped";

const MISTAKES = ["swapped", "order"] as const;

/** The two common mistakes, each seen on numbers small enough to follow. */
export function Mistakes({ settings, change }: ExperimentProps) {
  const mistake = oneOf(settings, "mistake", MISTAKES);
  return (
    <div class="trial">
      <Choice
        label="Mistake"
        values={MISTAKES}
        value={mistake}
        onChange={(value) => change({ mistake: value })}
        named={(value) => (value === "swapped" ? "batch and time swapped" : "data without order")}
      />
      {mistake === "swapped" ? (
        <Swapped settings={settings} change={change} />
      ) : (
        <Order settings={settings} change={change} />
      )}
    </div>
  );
}

type Part = Pick<ExperimentProps, "settings" | "change">;

const LAYERS = ["false", "true"] as const;
const ROW_NAMES = Array.from({ length: ROWS }, (_, row) => `row ${row}`);
const STEP_NAMES = Array.from({ length: STEPS }, (_, t) => `t = ${t}`);

function Swapped({ settings, change }: Part) {
  const first = oneOf(settings, "batch_first", LAYERS) === "true";
  const row = wholeIn(settings, "row", { min: 0, max: ROWS - 1, otherwise: 0 });
  const values = batch();
  const other = moved(values, row);
  const [before, after] = [answers(values, first), answers(other, first)];
  const changed = after.map((steps, r) => steps.map((value, t) => value !== before[r]![t]));
  const rows = changed.flatMap((steps, r) => (r !== row && steps.some(Boolean) ? [r] : []));
  return (
    <>
      <Choice
        label="batch_first="
        values={LAYERS}
        value={first ? "true" : "false"}
        onChange={(value) => change({ batch_first: value })}
        named={(value) => (value === "true" ? "True" : "False (torch’s own)")}
      />
      <Choice
        label="Add 1 to row"
        values={Array.from({ length: ROWS }, (_, n) => n)}
        value={row}
        onChange={(value) => change({ row: String(value) })}
      />
      <div class="grid">
        <Tensor
          caption={`The batch (${ROWS}, ${STEPS}, 1), ${ROWS} rows of ${STEPS} steps, after 1 was added; framed is what is new`}
          rows={ROW_NAMES}
          columns={STEP_NAMES}
          cells={other.map((steps, r) =>
            steps.map((value) => ({ value, mark: r === row ? "changed" : undefined })),
          )}
        />
        <Tensor
          caption="output, unit 0, at the same places; framed is what changed by it"
          rows={ROW_NAMES}
          columns={STEP_NAMES}
          cells={after.map((steps, r) =>
            steps.map((value, t) => ({ value, mark: changed[r]![t] ? "changed" : undefined })),
          )}
        />
      </div>
      <p role="status">
        {rows.length > 0
          ? `Row ${row} changed the answers of row${rows.length > 1 ? "s" : ""} ${rows.join(" and ")}: the layer walks from row to row, so rows of the batch are its steps of time.`
          : first
            ? `Only row ${row} answers otherwise: each row is read by itself, step by step.`
            : `No other row answers otherwise, because row ${row} is the last one that this layer reads. Add 1 to another row.`}
      </p>
      <p class="quiet">No error is raised either way: every size fits.</p>
    </>
  );
}

function Order({ settings, change }: Part) {
  const kind = oneOf(settings, "data", KINDS);
  const seed = wholeIn(settings, "seed", { min: 1, max: 20, otherwise: 1 });
  const n = wholeIn(settings, "n", { min: 50, max: 2000, otherwise: 400 });
  const { inOrder, without, lost, low, high } = useMemo(
    () => orderTest(kind, seed, n),
    [kind, seed, n],
  );
  const example = rowsOf(kind, 2, random(seed));
  return (
    <>
      <Choice
        label="Data"
        values={KINDS}
        value={kind}
        onChange={(value) => change({ data: value })}
        named={(value) =>
          value === "ordered" ? "the word after “but” decides" : "words in any order"
        }
      />
      <Slider
        label="Rows judged"
        min={50}
        max={2000}
        step={50}
        value={n}
        onInput={(value) => change({ n: String(value) })}
      />
      <Slider
        label="Drawn anew"
        min={1}
        max={20}
        step={1}
        value={seed}
        onInput={(value) => change({ seed: String(value) })}
      />
      <p>
        Two rows:{" "}
        {example
          .map(({ words, good }) => `“${words.join(" ")}” (${good ? "good" : "bad"})`)
          .join(", ")}
      </p>
      <Scroll label="The order test">
        <table>
          <caption>
            A reader that counts which word stands at which place, taught on 400 rows and judged on{" "}
            {n} others
          </caption>
          <tbody>
            <tr>
              <th scope="row">words in order</th>
              <td class="number">{percent(inOrder)} right</td>
            </tr>
            <tr>
              <th scope="row">the words of every row shuffled, in both</th>
              <td class="number">{percent(without)} right</td>
            </tr>
            <tr>
              <th scope="row">lost without order</th>
              <td class="number">
                {fixed(lost, 1)} points, 95 % interval {fixed(low, 1)} to {fixed(high, 1)}
              </td>
            </tr>
          </tbody>
        </table>
      </Scroll>
      <p role="status">
        {low > 0
          ? "Order matters in this data: what reads it in order knows more."
          : "No sign that order matters in this data: a model of single words will do."}
      </p>
      <p class="quiet">
        <code>elman memory MODEL DATA</code> asks the same of any data, with a small GRU as the
        reader, three times over.
      </p>
    </>
  );
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
