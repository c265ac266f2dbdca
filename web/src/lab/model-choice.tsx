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
  const kind = KINDS[task] as new (s: never) => Kinds[K];
  const is = (model: Model["model"]): model is Model["model"] & Kinds[K] => model instanceof kind;
  return (
    <WithAny
      models={models.filter((each) => each.task === task)}
      settings={settings}
      change={change}
    >
      {(model, offered) => is(model) && children(model, offered)}
    </WithAny>
  );
}

/** Chooses one of some models, of whatever tasks. */
export function WithAny({
  settings,
  change,
  models,
  children,
}: {
  settings: Settings;
  change: (some: Settings) => void;
  models: Models;
  children: (model: Model["model"], offered: Offered) => ComponentChildren;
}) {
  const chosen = models.find(({ name }) => name === settings.model) ?? models[0];
  if (chosen === undefined) return <p class="said warning">This page holds no model for it.</p>;
  return (
    <>
      <label class="not-printed">
        model
        <select
          value={chosen.name}
          onChange={(event) => change({ model: event.currentTarget.value })}
        >
          {models.map(({ name, title }) => (
            <option key={name} value={name}>
              {title}
            </option>
          ))}
        </select>
      </label>
      <Unknown names={[settings.model]} models={models} />
      <Loaded key={chosen.name} offered={chosen}>
        {children}
      </Loaded>
    </>
  );
}

/** Says of names in an address that this page has no such model: a link from another lab. */
export function Unknown({
  names,
  models,
}: {
  names: readonly (string | undefined)[];
  models: Models;
}) {
  const lost = names.filter((each) => each && !models.some(({ name }) => name === each));
  if (lost.length === 0) return null;
  return (
    <p role="alert" class="said warning">
      This page holds no model “{lost.join("”, “")}” for it: another is shown.
    </p>
  );
}

function Loaded({
  offered,
  children,
}: {
  offered: Offered;
  children: (model: Model["model"], offered: Offered) => ComponentChildren;
}) {
  const { value, failed } = useComing<Model["model"]>(offered.load, offered);
  if (failed !== undefined)
    return (
      <p role="alert" class="said warning">
        {offered.title}: {failed}
      </p>
    );
  if (value === undefined) return <p role="status">{offered.title} is being fetched…</p>;
  return <>{children(value, offered)}</>;
}
