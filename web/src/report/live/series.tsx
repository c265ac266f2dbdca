import { useId, useMemo, useState } from "preact/hooks";
import { type Forecast, InputError, type SeriesModel } from "../../runtime";
import { valuesOf, written } from "../../ui/values";
import { FanChart } from "../blocks/fan";
import { type Ahead, aheadOf, readAhead, writtenAhead } from "./ahead";
import { useTyped } from "./typed";

/** What of the past is drawn, in windows of the model. */
const WINDOWS = 3;

interface Pasted {
  /** Asked in the place of those that the model was trained on. */
  values?: string | undefined;
  /** Is told what was typed. */
  changed?: ((text: string) => void) | undefined;
}

/** Change values, and what is known ahead, and see what may follow; at first as it was learnt. */
export function LiveSeries({ model, ...pasted }: { model: SeriesModel } & Pasted) {
  const [chosen, setChosen] = useState(0);
  const id = useId();
  return (
    <div class="live">
      {model.series.length > 1 && (
        <p class="entry">
          <label for={id}>series</label>
          <select id={id} onChange={(event) => setChosen(event.currentTarget.selectedIndex)}>
            {model.series.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </p>
      )}
      {/* an address tells values, not of which series: they go with the first */}
      <OneSeries key={chosen} model={model} series={chosen} {...(chosen === 0 ? pasted : {})} />
    </div>
  );
}

function OneSeries({
  model,
  series,
  values,
  changed,
}: { model: SeriesModel; series: number } & Pasted) {
  const kept = model.series[series];
  const beside = useMemo(() => model.beside(series), [model, series]);
  const ahead = useMemo(() => aheadOf(model.covariates), [model]);
  const [text, write] = useTyped(values ?? written(kept?.values ?? []), changed);
  const [known, setKnown] = useState(() =>
    ahead.map((each) => writtenAhead(each, beside.rows.slice(-model.horizon))),
  );
  const id = useId();
  const asked = useMemo(() => {
    const rows = beside.rows.map((row) => [...row]);
    return answered(model, series, text, rows, ahead, known);
  }, [model, series, beside, text, ahead, known]);
  const read = typeof asked === "string" ? [] : asked.read;
  const past = read.slice(-WINDOWS * model.window);
  const last = kept?.dates.at(-1);
  const dated = past.length <= (kept?.dates.length ?? 0);
  return (
    <>
      <label for={id}>Values of your own, the oldest first; {model.window} are read</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {ahead.map(({ covariate }, n) => (
        <p class="entry" key={covariate.name}>
          <label for={`${id}-${n}`}>
            {covariate.name}, {model.horizon === 1 ? "" : `of the ${model.horizon} steps `}to come
          </label>
          <input
            id={`${id}-${n}`}
            type="text"
            autocomplete="off"
            value={known[n]}
            onInput={(event) => {
              const typed = event.currentTarget.value;
              setKnown(known.map((each, k) => (k === n ? typed : each)));
            }}
          />
        </p>
      ))}
      <p class="quiet">{heldOf(model, ahead, beside.made, last)}</p>
      {typeof asked === "string" ? (
        <p role="status" class="said warning">
          {asked}
        </p>
      ) : (
        <FanChart
          kind="fan"
          name="the values above"
          labels={[
            ...past.map((_, n) => {
              const before = n - past.length;
              return (dated ? kept?.dates.at(before) : undefined) ?? String(before + 1);
            }),
            ...asked.values.map((_, n) => (dated ? asked.dates[n] : undefined) ?? `+${n + 1}`),
          ]}
          past={past.map((value) => (Number.isNaN(value) ? null : value))}
          ahead={asked.values}
          bands={Object.entries(asked.intervals)
            .sort((a, b) => Number(b[0]) - Number(a[0]))
            .map(([level, { lower, upper }]) => [level, lower, upper])}
        />
      )}
    </>
  );
}

/** What stays as it was whatever is typed, in sentences; nothing where nothing does. */
function heldOf(
  model: SeriesModel,
  ahead: readonly Ahead[],
  made: boolean,
  last: string | undefined,
): string {
  const others = model.covariates.filter(({ kind }) => kind !== "future").map(({ name }) => name);
  const names = ahead.map(({ covariate }) => covariate.name).join(", ");
  return [
    last !== undefined && `The last of them is taken to be of ${last}.`,
    made && `Nothing was known ahead of ${names}, so it begins with what was known last.`,
    others.length > 0 && `What stands beside them of ${others.join(", ")} stays as it was.`,
  ]
    .filter(Boolean)
    .join(" ");
}

function answered(
  model: SeriesModel,
  series: number,
  text: string,
  rows: number[][],
  ahead: readonly Ahead[],
  known: readonly string[],
): (Forecast & { read: number[] }) | string {
  try {
    const read = valuesOf(text);
    const coming = rows.slice(-model.horizon);
    ahead.forEach((each, n) => {
      readAhead(each, known[n] ?? "", coming);
    });
    return { ...model.after(series, read, rows), read };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
