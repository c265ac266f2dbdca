import { useId, useMemo } from "preact/hooks";
import { type Forecast, InputError, type SeriesModel } from "../../runtime";
import { valuesOf, written } from "../../ui/values";
import { FanChart } from "../blocks/fan";
import { useTyped } from "./typed";

/** What of the past is drawn, in windows of the model. */
const WINDOWS = 3;

/** Paste values and see what may follow; at first those that the model was trained on. */
export function LiveSeries({
  model,
  values,
  changed,
}: {
  model: SeriesModel;
  /** Asked in the place of those. */
  values?: string | undefined;
  /** Is told what was typed. */
  changed?: ((text: string) => void) | undefined;
}) {
  const kept = model.series[0];
  const [text, write] = useTyped(values ?? written(kept?.values ?? []), changed);
  const id = useId();
  const asked = useMemo(() => answered(model, text), [model, text]);
  const past = typeof asked === "string" ? [] : asked.read.slice(-WINDOWS * model.window);
  return (
    <div class="live">
      <label for={id}>Values of your own, the oldest first; {model.window} are read</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {typeof asked === "string" ? (
        <p role="status" class="said warning">
          {asked}
        </p>
      ) : (
        <FanChart
          kind="fan"
          name="the values above"
          labels={[...past.map((_, n) => String(n + 1 - past.length)), ...asked.values.map(ahead)]}
          past={past.map((value) => (Number.isNaN(value) ? null : value))}
          ahead={asked.values}
          bands={Object.entries(asked.intervals)
            .sort((a, b) => Number(b[0]) - Number(a[0]))
            .map(([level, { lower, upper }]) => [level, lower, upper])}
        />
      )}
    </div>
  );
}

const ahead = (_: number, n: number) => `+${n + 1}`;

function answered(model: SeriesModel, text: string): (Forecast & { read: number[] }) | string {
  try {
    const read = valuesOf(text);
    return { ...model.answer(read), read };
  } catch (error) {
    if (error instanceof InputError) return error.message;
    throw error;
  }
}
