import type { ComponentChildren } from "preact";
import { type Model, SeriesModel, TextModel } from "../runtime";
import type { Settings } from "./address";
import { type Models, type Offered, useComing } from "./models";

const KINDS = { classify: TextModel, forecast: SeriesModel } as const;
type Kinds = { [K in keyof typeof KINDS]: InstanceType<(typeof KINDS)[K]> };

/** Chooses one of the models of a task, and shows what is done with it once it is there. */
export function WithModel<K extends keyof Kinds>({
  task,
  settings,
  change,
  models,
  children,
}: {
  task: K;
  settings: Settings;
  change: (some: Settings) => void;
  models: Models;
  children: (model: Kinds[K], offered: Offered) => ComponentChildren;
}) {
  const fitting = models.filter((each) => each.task === task);
  const chosen = fitting.find(({ name }) => name === settings.model) ?? fitting[0];
  if (chosen === undefined) return <p class="said warning">This page holds no model for it.</p>;
  return (
    <>
      <label class="not-printed">
        model
        <select
          value={chosen.name}
          onChange={(event) => change({ model: event.currentTarget.value })}
        >
          {fitting.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Loaded key={chosen.name} offered={chosen} kind={KINDS[task] as new (s: never) => Kinds[K]}>
        {children}
      </Loaded>
    </>
  );
}

function Loaded<M>({
  offered,
  kind,
  children,
}: {
  offered: Offered;
  kind: new (saved: never) => M;
  children: (model: M, offered: Offered) => ComponentChildren;
}) {
  const { value, failed } = useComing<Model["model"]>(offered.load, offered);
  if (failed !== undefined)
    return (
      <p role="alert" class="said warning">
        {offered.title}: {failed}
      </p>
    );
  if (!(value instanceof kind)) return <p role="status">{offered.title} is being fetched…</p>;
  return <>{children(value, offered)}</>;
}
