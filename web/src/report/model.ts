import { createContext } from "preact";
import { useContext, useEffect, useMemo } from "preact/hooks";
import { Explainer } from "../asking/shares";
import type { Packed } from "../payload";
import { InputError, SeriesModel, TagModel, TextModel, unpacked } from "../runtime";

/** The models that a page can ask. */
export type AnyModel = TextModel | TagModel | SeriesModel;

/** The model of the page; null where a page has none, or one that this script cannot run. */
export const ModelContext = createContext<AnyModel | null>(null);

/** The model that was packed into a page, ready to answer. */
export function useModel(packed: Packed | null): AnyModel | null {
  return useMemo(() => (packed === null ? null : modelOf(packed)), [packed]);
}

/** What explains the answers of that model, beside the page; texts alone are explained so. */
export function useExplainer(packed: Packed | null): Explainer | null {
  const explainer = useMemo(
    () => (packed?.task === "classify" ? new Explainer(packed) : null),
    [packed],
  );
  useEffect(() => () => explainer?.close(), [explainer]);
  return explainer;
}

/** The model that blocks ask. */
export const usePageModel = (): AnyModel | null => useContext(ModelContext);

/** The numbers of an answer, in the order in which Python has them. */
export function numbersOf(model: AnyModel, item: unknown): number[] {
  if (model instanceof TextModel) {
    const { probabilities } = model.answer(String(item));
    return model.classes.map((name) => probabilities[name] ?? Number.NaN);
  }
  if (model instanceof TagModel) return model.answer(item as string[]).all.flat();
  return model.answer(item as number[]).values;
}

function modelOf(packed: Packed): AnyModel | null {
  const kind = { classify: TextModel, tag: TagModel, forecast: SeriesModel }[packed.task];
  if (kind === undefined) return null;
  try {
    return new kind(unpacked(packed));
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
