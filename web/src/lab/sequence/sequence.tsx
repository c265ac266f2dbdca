import { dot, lineY } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { Chart } from "../../ui/chart";
import { Choice } from "../../ui/choice";
import { Entry } from "../../ui/entry";
import { fixed } from "../../ui/numbers";
import { Scroll } from "../../ui/scroll";
import { Slider } from "../../ui/slider";
import type { ExperimentProps } from "../experiment";
import { oneOf, wholeIn } from "../settings";
import { random, shuffled } from "../small/random";
import { drawn, run, vectorOf } from "../small/rnn";
import { wordsOf } from "../small/words";
import { cosine, counts, saidOf } from "./order";

const KINDS = ["text", "series"] as const;
const FIRST = "not dull but superb";
const SECOND = "not superb but dull";
const NET = drawn(3, 8, 8);

/** Airline passengers of 1958 to 1960, thousands a month (Box and Jenkins 1970, series G). */
const PASSENGERS = [
  340, 318, 362, 348, 363, 435, 491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548,
  559, 463, 407, 362, 405, 417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
];

/** What is left of a text, and of a series, when their order is taken away. */
export function Sequence({ settings, change }: ExperimentProps) {
  const kind = oneOf(settings, "kind", KINDS);
  return (
    <div class="trial">
      <Choice
        label="What"
        values={KINDS}
        value={kind}
        onChange={(value) => change({ kind: value })}
        named={(value) => (value === "text" ? "two texts" : "a series")}
      />
      {kind === "text" ? (
        <Texts settings={settings} change={change} />
      ) : (
        <Series settings={settings} change={change} />
      )}
    </div>
  );
}

type Part = Pick<ExperimentProps, "settings" | "change">;

function Texts({ settings, change }: Part) {
  const texts = [settings.a || FIRST, settings.b || SECOND];
  const [a = [], b = []] = texts.map((text) => wordsOf(text, 40));
  const table = counts(a, b);
  const same = table.every(([, inA, inB]) => inA === inB);
  const [one = [], other = []] = [a, b].map((words) =>
    (
      run(
        NET,
        words.map((word) => vectorOf(word, 8)),
      ).at(-1)?.h ?? []
    ).slice(0, 4),
  );
  return (
    <>
      <Entry label="One text" value={texts[0]!} onInput={(text) => change({ a: text })} />
      <Entry label="Another" value={texts[1]!} onInput={(text) => change({ b: text })} />
      <div class="grid">
        <Scroll label="Bags of words">
          <table>
            <caption>The two bags of words: how often each word stands there</caption>
            <thead>
              <tr>
                <th scope="col">word</th>
                <th scope="col" class="number">
                  one
                </th>
                <th scope="col" class="number">
                  other
                </th>
              </tr>
            </thead>
            <tbody>
              {table.map(([word, inA, inB]) => (
                <tr key={word}>
                  <th scope="row">{word}</th>
                  <td class="number">{inA}</td>
                  <td class="number">{inB}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
        <Scroll label="Last states">
          <table>
            <caption>The last state of a small recurrent net (4 of its 8 units)</caption>
            <thead>
              <tr>
                <th scope="col">unit</th>
                <th scope="col" class="number">
                  one
                </th>
                <th scope="col" class="number">
                  other
                </th>
              </tr>
            </thead>
            <tbody>
              {one.map((value, unit) => (
                <tr key={unit}>
                  <th scope="row">{unit}</th>
                  <td class="number">{fixed(value, 3)}</td>
                  <td class="number">{fixed(other[unit] ?? 0, 3)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      </div>
      <p role="status">
        {same
          ? "The bags are the same: whatever reads only the bag must give both texts one answer."
          : `The bags differ: cosine ${cosine(table).toFixed(2)}, where 1 is the same words.`}
      </p>
      <p class="quiet">
        The net has learnt nothing: its weights were drawn by chance, and a word’s numbers follow
        from its letters. Even so it keeps the order.
      </p>
    </>
  );
}

const SAID = [
  ["mean", "mean", false],
  ["spread", "standard deviation", false],
  ["lowest", "lowest", false],
  ["highest", "highest", false],
  ["change", "mean change from a month to the next", true],
  ["before", "correlation with the month before", true],
] as const;

function Series({ settings, change }: Part) {
  const seed = wholeIn(settings, "seed", { min: 0, max: 20, otherwise: 1 });
  const mixed = useMemo(
    () => (seed === 0 ? PASSENGERS : shuffled(PASSENGERS, random(seed))),
    [seed],
  );
  const options = useMemo(
    () => ({
      height: 220,
      marginLeft: 45,
      marginBottom: 40,
      x: { label: "month" },
      y: { label: "passengers, thousands", grid: true },
      marks: [
        lineY(mixed, { stroke: "var(--accent)" }),
        dot(mixed, { x: (_: number, n: number) => n, y: (value: number) => value, r: 2 }),
      ],
    }),
    [mixed],
  );
  const [first, now] = [saidOf(PASSENGERS), saidOf(mixed)];
  return (
    <>
      <Slider
        label="Shuffle"
        min={0}
        max={20}
        step={1}
        value={seed}
        onInput={(value) => change({ seed: String(value) })}
        shown={(value) => (value === 0 ? "as it was" : `no. ${value}`)}
      />
      <Chart
        options={options}
        said={
          seed === 0
            ? "Airline passengers of 36 months in their order: a rise, and a peak each summer."
            : "The same 36 values in an order drawn by chance: no rise and no summers are left."
        }
        caption="Airline passengers, 1958 to 1960 (Box and Jenkins 1970)"
      />
      <Scroll label="What can be said of the values">
        <table>
          <caption>What can be said of the values</caption>
          <thead>
            <tr>
              <th scope="col">figure</th>
              <th scope="col" class="number">
                in order
              </th>
              <th scope="col" class="number">
                as shown
              </th>
              <th scope="col">knows the order?</th>
            </tr>
          </thead>
          <tbody>
            {SAID.map(([key, name, ordered]) => (
              <tr key={key}>
                <th scope="row">{name}</th>
                <td class="number">{fixed(first[key], 2)}</td>
                <td class="number">{fixed(now[key], 2)}</td>
                <td>{ordered ? "yes" : "no"}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}
