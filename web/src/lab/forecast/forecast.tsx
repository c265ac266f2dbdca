import { useId, useMemo } from "preact/hooks";
import { CurveChart } from "../../report/blocks/curve";
import { FanChart } from "../../report/blocks/fan";
import { FiguresChart } from "../../report/blocks/figures";
import { InputError, type SeriesModel } from "../../runtime";
import { Card } from "../../ui/card";
import { Slider } from "../../ui/slider";
import { valuesOf, written } from "../../ui/values";
import type { Settings } from "../address";
import type { ExperimentProps } from "../experiment";
import { WithModel } from "../model-choice";
import { wholeIn } from "../settings";
import { errorsOf, originsOf } from "./back-test";
import { EXAMPLES, LEARNT_FIRST } from "./examples";
import { opponentsAt } from "./opponents";

const MOST_VALUES = 5000;
const MOST_ORIGINS = 48;
/** What of the past is drawn, in windows of the model. */
const WINDOWS = 3;
const MODEL = "the model";
const KEPT =
  "The end of the series that this model learnt from. Paste more of it, and the test below is worth more.";
const PASTED = "Numbers between spaces or lines; write “?” for one that is missing.";

/** A series to paste: a forecast, its opponents, and how far off all would have been of late. */
export function ForecastExperiment({ settings, change, models }: ExperimentProps) {
  return (
    <WithModel task="forecast" settings={settings} change={change} models={models}>
      {(model, { name }) => <Forecasts key={name} {...{ model, name, settings, change }} />}
    </WithModel>
  );
}

function Forecasts({
  model,
  name,
  settings,
  change,
}: {
  model: SeriesModel;
  /** In addresses. */
  name: string;
  settings: Settings;
  change: (some: Settings) => void;
}) {
  const id = useId();
  // a model of one's own begins with what it kept of its own series
  const own = name === LEARNT_FIRST ? undefined : model.series[0]?.values;
  const text = settings.values ?? written(own ?? EXAMPLES[0]!.values);
  const season = wholeIn(settings, "season", { min: 1, max: 168, otherwise: model.season });
  const most = wholeIn(settings, "origins", { min: 1, max: MOST_ORIGINS, otherwise: 24 });
  const asked = useMemo(() => askedOf(model, text, season), [model, text, season]);
  const example = EXAMPLES.find(({ values }) => written(values) === text.trim());
  return (
    <>
      <Card title="The series">
        <label for={id}>
          Values, the oldest first; the model reads the last {model.window} and foretells{" "}
          {model.horizon}
        </label>
        <textarea
          id={id}
          rows={4}
          value={text}
          onInput={(event) => change({ values: event.currentTarget.value })}
        />
        <fieldset class="choice not-printed">
          <legend>try</legend>
          {EXAMPLES.map((each) => (
            <button
              key={each.name}
              type="button"
              aria-pressed={each === example}
              onClick={() => change({ values: written(each.values), season: String(each.season) })}
            >
              {each.name}
            </button>
          ))}
        </fieldset>
        <p aria-live="polite">{example?.said ?? (settings.values === undefined ? KEPT : PASTED)}</p>
        <Slider
          label="steps in a season, for the opponents"
          value={season}
          min={1}
          max={Math.max(60, model.season, season)}
          step={1}
          shown={(value) => (value === 1 ? "none" : String(value))}
          onInput={(value) => change({ season: String(value) })}
        />
      </Card>
      {typeof asked === "string" ? (
        <p role="status" class="said warning">
          {asked}
        </p>
      ) : (
        <>
          <Card title="What may follow">
            <FanChart {...asked.fan} called={MODEL} />
          </Card>
          <BackTest
            model={model}
            values={asked.values}
            season={season}
            most={most}
            change={change}
          />
        </>
      )}
    </>
  );
}

/** What is said of the future of a text's values, or why nothing can be. */
function askedOf(model: SeriesModel, text: string, season: number) {
  try {
    const values = valuesOf(text);
    if (values.length > MOST_VALUES)
      return `${values.length} values; a page reads ${MOST_VALUES} at most. Leave out the oldest.`;
    const said = model.answer(values);
    const past = values.slice(-WINDOWS * model.window);
    const opponents = opponentsAt(values, [values.length], model.horizon, season);
    const fan = {
      kind: "fan" as const,
      name: "the series",
      labels: [
        ...past.map((_, n) => String(n + 1 - past.length)),
        ...said.values.map((_, n) => `+${n + 1}`),
      ],
      past: past.map((value) => (Number.isNaN(value) ? null : value)),
      ahead: said.values,
      bands: Object.entries(said.intervals)
        .sort((a, b) => Number(b[0]) - Number(a[0]))
        .map(([level, { lower, upper }]): [string, number[], number[]] => [level, lower, upper]),
      others: Object.entries(opponents).map(([name, rows]) => ({ name, values: rows[0]! })),
    };
    return { values, fan };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}

function BackTest({
  model,
  values,
  season,
  most,
  change,
}: {
  model: SeriesModel;
  values: number[];
  season: number;
  most: number;
  change: (some: Settings) => void;
}) {
  const { horizon, window } = model;
  const { origins, errors } = useMemo(() => {
    // the model's whole window and two seasons, where the series is long enough for that
    const least = Math.max(1, Math.min(Math.max(window, 2 * season), values.length - horizon));
    const origins = originsOf(values.length, horizon, least, most).filter((o) =>
      values.slice(Math.max(o - window, 0), o).some((value) => !Number.isNaN(value)),
    );
    const said = {
      [MODEL]: origins.map((o) => model.answer(values.slice(0, o)).values),
      ...opponentsAt(values, origins, horizon, season),
    };
    return { origins, errors: errorsOf(values, origins, season, said) };
  }, [model, values, season, most]);
  const known = errors.filter(({ mae }) => !Number.isNaN(mae));
  const [own, ...rivals] = known;
  return (
    <Card
      title="How far off they would have been"
      lead="From origins in the past each foretells what came next, knowing only what came before."
    >
      <Slider
        label="origins, the last ones"
        value={most}
        min={1}
        max={MOST_ORIGINS}
        step={1}
        onInput={(value) => change({ origins: String(value) })}
      />
      {own === undefined || rivals.length === 0 ? (
        <p role="status">
          {values.length} values are too few: {horizon} to foretell and one before them are needed.
        </p>
      ) : (
        <>
          <p role="status" class="said verdict">
            {verdict(own, rivals, origins.length)}
          </p>
          <FiguresChart
            kind="figures"
            name="mean absolute error"
            unit="value"
            higher_is_better={false}
            units={{}}
            rows={known.map((one) => ({
              called: one.name,
              value: one.mae,
              low: null,
              high: null,
              role: one === own ? "model" : "rival",
              others: { MASE: one.mase },
            }))}
          />
          {horizon > 1 && (
            <CurveChart
              kind="curve"
              x="steps ahead"
              y="mean absolute error"
              lines={known.map((one) => ({
                name: one.name,
                x: one.bySteps.map((_, n) => n + 1),
                y: one.bySteps,
                low: null,
                high: null,
              }))}
              logarithmic={false}
              diagonal={false}
              caption=""
            />
          )}
        </>
      )}
    </Card>
  );
}

/** The outcome in a sentence, with how little it may be worth. */
function verdict(
  own: { name: string; mae: number },
  rivals: readonly { name: string; mae: number }[],
  origins: number,
): string {
  const best = rivals.reduce((a, b) => (b.mae < a.mae ? b : a));
  const share = Math.abs(own.mae - best.mae) / Math.max(best.mae, 1e-300);
  const side = own.mae < best.mae ? "below" : "above";
  const apart = own.mae === best.mae ? "that" : `${(100 * share).toFixed(1)} % ${side} that`;
  return (
    `Over ${origins} ${origins === 1 ? "origin" : "origins"} the model’s error is ${apart} of the ` +
    `best opponent, ${best.name}. Origins that follow each other share most of their values, so ` +
    "this is less evidence than it looks."
  );
}
