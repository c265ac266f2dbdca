import { useEffect, useState } from "preact/hooks";
import type { LabelledText } from "../../payload";
import { CurveChart } from "../../report/blocks/curve";
import type { TextModel } from "../../runtime";
import { Card } from "../../ui/card";
import type { Offered } from "../models";
import { rightAfter } from "./padded";

interface Side {
  offered: Offered;
  model: TextModel;
}

/** Whether a model was taught to answer after the padding. */
const readsPadding = ({ network }: TextModel) => network.spec.pools.includes("padded_last");

interface Count {
  done: number;
  of: number;
  padding: number;
  /** Of each side, how many answers are right after 0, 1, 2… of padding. */
  right: number[][];
}

/** After so long the page gets its turn. */
const TURN_MS = 12;

/** How often each network is right on many texts, by how much padding it reads behind them. */
export function Counted({ sides, padding }: { sides: Side[]; padding: number }) {
  const [wanted, setWanted] = useState(0);
  const [count, setCount] = useState<Count | undefined>();
  const [failed, setFailed] = useState("");
  useEffect(() => {
    if (wanted === 0) return;
    const stop = new AbortController();
    counting(sides, padding, setCount, stop.signal).catch((error: Error) =>
      setFailed(error.message),
    );
    return () => stop.abort();
    // what is counted is what was there when it was asked for
  }, [wanted]);
  const whole = count !== undefined && count.done === count.of;
  const shares = count?.right.map((right) => right.map((n) => n / Math.max(count.done, 1))) ?? [];
  return (
    <Card
      title="On many texts"
      lead="One text proves little: how many of the page’s reviews does each get right?"
    >
      <p class="row">
        <button
          type="button"
          class="first not-printed"
          disabled={count !== undefined && !whole}
          onClick={() => setWanted(wanted + 1)}
        >
          Count
        </button>
        <span role="status">
          {failed}
          {count && `${count.done} of ${count.of} texts`}
        </span>
      </p>
      {count && whole && (
        <>
          <CurveChart
            kind="curve"
            x="steps of padding"
            y="share that is right"
            lines={sides.map(({ offered }, n) => ({
              name: offered.title,
              x: shares[n]!.map((_, p) => p),
              y: shares[n]!,
              low: null,
              high: null,
            }))}
            logarithmic={false}
            diagonal={false}
            caption=""
          />
          <table>
            <caption>Right answers of {count.of}</caption>
            <thead>
              <tr>
                <th scope="col">model</th>
                <th scope="col" class="number">
                  after the last word
                </th>
                <th scope="col" class="number">
                  after {count.padding} of padding
                </th>
              </tr>
            </thead>
            <tbody>
              {sides.map(({ offered }, n) => (
                <tr key={offered.name}>
                  <th scope="row">{offered.title}</th>
                  <td class="number">{(100 * shares[n]![0]!).toFixed(1)} %</td>
                  <td class="number">{(100 * shares[n]!.at(-1)!).toFixed(1)} %</td>
                </tr>
              ))}
            </tbody>
          </table>
          {sides.some(({ model }) => readsPadding(model)) && (
            <p class="quiet">
              A network that was taught with lengths has never seen padding: it may hold its answer
              over it, or lose it, and nothing says which. One that was taught off the padding, as
              printed, had all of its gradient come through it.
            </p>
          )}
        </>
      )}
    </Card>
  );
}

async function counting(
  sides: Side[],
  padding: number,
  say: (count: Count) => void,
  signal: AbortSignal,
): Promise<void> {
  const all: LabelledText[] = (await sides[0]?.offered.texts()) ?? [];
  const texts = all.filter(({ label }) =>
    sides.every(({ model }) => model.classes.includes(label)),
  );
  if (texts.length === 0) throw new Error("there are no reviews with the classes of these models");
  const right = sides.map(() => new Array<number>(padding + 1).fill(0));
  let turn = performance.now();
  for (const [done, { text, label }] of texts.entries()) {
    sides.forEach(({ model }, n) => {
      rightAfter(model, text, label, padding).forEach((is, p) => {
        right[n]![p]! += Number(is);
      });
    });
    if (performance.now() - turn < TURN_MS) continue;
    say({ done: done + 1, of: texts.length, padding, right });
    await new Promise((go) => setTimeout(go));
    if (signal.aborted) return;
    turn = performance.now();
  }
  say({ done: texts.length, of: texts.length, padding, right });
}
