import { useId, useMemo } from "preact/hooks";
import type { TextModel } from "../../runtime";
import { Card } from "../../ui/card";
import { Heat } from "../../ui/heat";
import { Slider } from "../../ui/slider";
import type { Settings } from "../address";
import type { ExperimentProps } from "../experiment";
import { WithModel } from "../model-choice";
import { type Models, type Offered, useComing } from "../models";
import { numberIn, oneOf, wholeIn } from "../settings";
import { Found } from "./found";
import { type Read, unitsOn } from "./search";
import { SpanChoice } from "./span";
import "./units.css";

const EXAMPLE = "I would not say that the acting was dull, if you ask me.";
const EXAMPLE_SPAN = [2, 9] as const;
const MOST_LETTERS = 4000;

/** Which units are on for just a few words, and where else they are. */
export function UnitsExperiment({ settings, change, models }: ExperimentProps) {
  return (
    <WithModel
      task="classify"
      settings={{ ...settings, model: settings.model ?? preferred(models) }}
      change={change}
      models={models}
    >
      {(model, offered) => (
        <div class="lab-units">
          {model.network.units === 0 || model.network.spec.bidirectional ? (
            <p class="said warning">
              This model carries no state from word to word that could be looked at.
            </p>
          ) : (
            <Units model={model} offered={offered} settings={settings} change={change} />
          )}
        </div>
      )}
    </WithModel>
  );
}

/** The example is about units of the package’s GRU; a page without it begins with its first model. */
const preferred = (models: Models) => models.find(({ name }) => name === "gru")?.name;

function Units({
  model,
  offered,
  settings,
  change,
}: {
  model: TextModel;
  offered: Offered;
  settings: Settings;
  change: (some: Settings) => void;
}) {
  const id = useId();
  const text = (settings.text ?? EXAMPLE).slice(0, MOST_LETTERS);
  const read = useMemo(() => readOf(model, text), [model, text]);
  const T = read.words.length;
  const [first, last] = settings.text === undefined ? EXAMPLE_SPAN : [0, Math.min(T, 3)];
  const start =
    wholeIn(settings, "from", { min: 1, max: Math.max(T, 1), otherwise: first + 1 }) - 1;
  const end = wholeIn(settings, "to", { min: start + 1, max: Math.max(T, 1), otherwise: last });
  const threshold = numberIn(settings, "on", { min: 0.05, max: 0.95, otherwise: 0.5 });
  const only = oneOf(settings, "only", ["yes", "no"]) === "yes";
  const span = [start, end] as const;
  const units = useMemo(
    () => unitsOn(read.states, span, threshold, only),
    [read, start, end, threshold, only],
  );
  const columns = useMemo(
    () => read.states.map((state) => units.map(({ unit }) => state[unit]!)),
    [read, units],
  );
  const own = settings.own ?? "";
  const { value: texts, failed } = useComing(offered.texts, offered);
  const all = useMemo(() => {
    const pasted = own.split("\n").filter((line) => line.trim() !== "");
    return [...pasted.map((line) => ({ text: line, label: "yours" })), ...(texts ?? [])];
  }, [own, texts]);
  const corpus = useMemo(() => all.map((each) => readOf(model, each.text)), [model, all]);
  return (
    <>
      <Card title="Some words">
        <label for={id}>A text</label>
        <textarea
          id={id}
          rows={2}
          maxLength={MOST_LETTERS}
          value={text}
          onInput={(event) =>
            change({ text: event.currentTarget.value, from: undefined, to: undefined })
          }
        />
        <SpanChoice
          words={read.words}
          span={span}
          onChange={([from, to]) => change({ text, from: String(from + 1), to: String(to) })}
        />
        <Slider
          label="a unit is on beyond"
          value={threshold}
          min={0.05}
          max={0.95}
          step={0.05}
          shown={(value) => value.toFixed(2)}
          onInput={(value) => change({ on: value.toFixed(2) })}
        />
        <label>
          <input
            type="checkbox"
            checked={only}
            onChange={() => change({ only: only ? "no" : "yes" })}
          />
          for just these words: not on at the word before, nor at the one after
        </label>
      </Card>
      <Card title="Units that are on">
        <p role="status">
          {units.length === 0
            ? "No unit is on for just these words. Take fewer words, or a lower threshold."
            : `${units.length} of ${model.network.units} units: ${units.map(({ unit, sign }) => `${sign > 0 ? "+" : "−"}${unit + 1}`).join(", ")}`}
        </p>
        {units.length > 0 && (
          <figure>
            <Heat
              columns={columns}
              said={`${units.length} units after each of ${T} words; on from word ${start + 1} to ${end}`}
              height={Math.min(Math.max(14 * units.length, 40), 220)}
            />
            <figcaption>
              These units alone, a column a word: orange is below 0, blue above. They are on, on the
              same side of 0, from “{read.words[start]}” to “{read.words[end - 1]}”.
            </figcaption>
          </figure>
        )}
      </Card>
      <Card
        title="Where else"
        lead="Other places where these units are on together: do they have a meaning in common?"
      >
        <label for={`${id}-own`}>Texts of your own to look through as well, one a line</label>
        <textarea
          id={`${id}-own`}
          rows={2}
          value={own}
          onInput={(event) => change({ own: event.currentTarget.value || undefined })}
        />
        {failed !== undefined && <p class="said warning">{failed}</p>}
        {units.length > 0 && (
          <Found
            corpus={corpus}
            labels={all.map(({ label }) => label)}
            units={units}
            threshold={threshold}
            least={Math.min(2, end - start)}
          />
        )}
      </Card>
    </>
  );
}

function readOf(model: TextModel, text: string): Read {
  const words = model.words(text);
  const H = model.network.units;
  const states = model.network.states(model.features.encode(words));
  return { words, states: words.map((_, t) => states.subarray(t * H, (t + 1) * H)) };
}
