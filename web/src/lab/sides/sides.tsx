import { useId, useMemo, useState } from "preact/hooks";
import { CurveChart } from "../../report/blocks/curve";
import { TextModel } from "../../runtime";
import { Card } from "../../ui/card";
import { Choice } from "../../ui/choice";
import { Heat } from "../../ui/heat";
import { Slider } from "../../ui/slider";
import type { Settings } from "../address";
import type { ExperimentProps } from "../experiment";
import { Unknown } from "../model-choice";
import { type Models, type Offered, useComing } from "../models";
import { oneOf, wholeIn } from "../settings";
import { Counted } from "./counted";
import { type PaddedStep, padded } from "./padded";
import "./sides.css";

const EXAMPLE = "Although the film was dull, the cast was superb.";
const MOST_LETTERS = 4000;
const MOST_PADDING = 120;
/** Models that are beside each other at first. */
const FIRST = 4;
const READS = ["last", "padding"] as const;
const CALLED = { last: "after the last word", padding: "after the padding, as printed" } as const;

/** One text, several networks, and what becomes of their answers behind the text's end. */
export function SidesExperiment({ settings, change, models }: ExperimentProps) {
  const fitting = models.filter(({ task }) => task === "classify");
  const names = settings.models?.split(" ").filter((name) => name !== "");
  const named = fitting.filter(({ name }) => names?.includes(name));
  const chosen = named.length > 0 ? named : fitting.slice(0, FIRST);
  if (fitting.length === 0) return <p class="said warning">This page holds no model for it.</p>;
  return (
    <div class="lab-sides">
      <fieldset class="choice not-printed">
        <legend>models</legend>
        {fitting.map((each) => (
          <label key={each.name}>
            <input
              type="checkbox"
              checked={chosen.includes(each)}
              disabled={chosen.length === 1 && chosen.includes(each)}
              onChange={() => {
                const next = fitting.filter((one) => chosen.includes(one) !== (one === each));
                change({ models: next.map(({ name }) => name).join(" ") });
              }}
            />
            {each.title}
          </label>
        ))}
      </fieldset>
      <Unknown names={names ?? []} models={fitting} />
      <Loaded chosen={chosen} settings={settings} change={change} />
    </div>
  );
}

/** A model and what it says of the text and of the padding behind it. */
interface Side {
  offered: Offered;
  model: TextModel;
}

function Loaded({
  chosen,
  settings,
  change,
}: {
  chosen: Models;
  settings: Settings;
  change: (some: Settings) => void;
}) {
  const names = chosen.map(({ name }) => name).join(" ");
  const { value, failed } = useComing(() => sidesOf(chosen), names);
  if (failed !== undefined)
    return (
      <p role="alert" class="said warning">
        {failed}
      </p>
    );
  if (value === undefined) return <p role="status">The models are being fetched…</p>;
  return <Beside key={names} sides={value} settings={settings} change={change} />;
}

async function sidesOf(chosen: Models): Promise<Side[]> {
  const sides = await Promise.all(
    chosen.map(async (offered) => ({ offered, model: await offered.load() })),
  );
  // one that reads both ways has no state after a word that does not know the words behind it
  return sides.filter(
    (side): side is Side =>
      side.model instanceof TextModel && !side.model.network.spec.bidirectional,
  );
}

function Beside({
  sides,
  settings,
  change,
}: {
  sides: Side[];
  settings: Settings;
  change: (some: Settings) => void;
}) {
  const id = useId();
  const text = (settings.text ?? EXAMPLE).slice(0, MOST_LETTERS);
  const padding = wholeIn(settings, "pad", { min: 0, max: MOST_PADDING, otherwise: 30 });
  const reads = oneOf(settings, "read", READS);
  const all = useMemo(
    () => sides.map(({ model }) => padded(model, text, padding)),
    [sides, text, padding],
  );
  const T = (all[0]?.length ?? padding) - padding;
  const first = sides[0]?.model;
  const followed = first?.classes.at(-1) ?? "";
  const lines = sides.map(({ offered, model }, n) => {
    const place = model.classes.indexOf(followed);
    return {
      name: offered.title,
      x: all[n]!.map((_, t) => t + 1),
      y: all[n]!.map(({ probabilities }) => probabilities[place] ?? null),
      low: null,
      high: null,
    };
  });
  return (
    <>
      <Card title="The text">
        <label for={id}>A text, the same for all</label>
        <textarea
          id={id}
          rows={2}
          maxLength={MOST_LETTERS}
          value={text}
          onInput={(event) => change({ text: event.currentTarget.value })}
        />
        <Slider
          label="steps of padding behind it"
          value={padding}
          min={0}
          max={MOST_PADDING}
          step={1}
          onInput={(value) => change({ pad: String(value) })}
        />
        <Choice
          label="the answer is read"
          values={READS}
          value={reads}
          named={(each) => CALLED[each]}
          onChange={(each) => change({ read: each })}
        />
        <p class="padding-shown" aria-hidden="true">
          {all[0]?.map(({ word }, t) => (
            <span key={t} class={word === null ? "pad" : undefined}>
              {word ?? "·"}
            </span>
          ))}
        </p>
        <p class="quiet">
          Texts of a batch are made equally long with padding. It says nothing, but a network that
          is not told where a text ends steps on through it, and its state goes on moving.
        </p>
      </Card>
      <Card title="Side by side">
        <div class="sides">
          {sides.map(({ offered, model }, n) => (
            <SideShown
              key={offered.name}
              title={offered.title}
              model={model}
              steps={all[n]!}
              words={T}
              reads={reads}
            />
          ))}
        </div>
      </Card>
      {T + padding > 0 && (
        <Card title="The answer, step by step">
          <CurveChart
            kind="curve"
            x="steps read"
            y={`probability of ${followed}`}
            lines={lines}
            logarithmic={false}
            diagonal={false}
            caption={`The text ends with step ${T}; what follows is padding.`}
          />
        </Card>
      )}
      <Counted sides={sides} padding={padding} />
    </>
  );
}

function SideShown({
  title,
  model,
  steps,
  words,
  reads,
}: {
  title: string;
  model: TextModel;
  steps: PaddedStep[];
  words: number;
  reads: (typeof READS)[number];
}) {
  const [pointed, setPointed] = useState<number | undefined>();
  const place = (reads === "last" ? words : steps.length) - 1;
  const columns = useMemo(() => steps.map(({ state }) => state), [steps]);
  const units = columns[0]?.length ?? 0;
  const seen = pointed === undefined ? undefined : steps[pointed];
  return (
    <section aria-label={title}>
      <h3>{title}</h3>
      <p class="answer">{said(model, steps[place])}</p>
      <p class="quiet">
        {CALLED.last}: {said(model, steps[words - 1])}
        <br />
        after {steps.length - words} of padding: {said(model, steps.at(-1))}
      </p>
      {units > 0 && (
        <Heat
          columns={columns}
          said={`${title}: state of ${units} units after ${words} words and ${steps.length - words} steps of padding`}
          height={120}
          marked={pointed ?? (place < 0 ? undefined : place)}
          onPoint={setPointed}
        />
      )}
      <p class="quiet seen">
        {seen && pointed !== undefined
          ? `${seen.word === null ? `padding, step ${pointed - words + 1}` : `“${seen.word}”`}: ${said(model, seen)}`
          : units > 0 && "Framed: the state that the answer is read off."}
      </p>
    </section>
  );
}

function said(model: TextModel, step: PaddedStep | undefined): string {
  if (step === undefined) return "nothing was read";
  const chosen = model.decision.choose(step.probabilities);
  return `${model.classes[chosen]}, ${(100 * step.probabilities[chosen]!).toFixed(1)} %`;
}
