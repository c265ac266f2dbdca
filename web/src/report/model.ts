import { createContext } from "preact";
import { useContext, useEffect, useMemo } from "preact/hooks";
import { Explainer } from "../asking/shares";
import type { Packed } from "../payload";
import {
  InputError,
  type Model,
  modelOf,
  SeriesModel,
  SignalModel,
  TagModel,
  TextModel,
} from "../runtime";

/** The models that a page can ask. */
export type AnyModel = Model["model"];

/** The model of the page; null where a page has none, or one that this script cannot run. */
export const ModelContext = createContext<AnyModel | null>(null);

/** The model that was packed into a page, ready to answer. */
export function useModel(packed: Packed | null): AnyModel | null {
  return useMemo(() => (packed === null ? null : readable(packed)), [packed]);
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
  if (model instanceof SignalModel) {
    const { probabilities } = model.answer(signalOf(item));
    return model.classes.map((name) => probabilities[name] ?? Number.NaN);
  }
  if (model instanceof TagModel) return model.answer(item as string[]).all.flat();
  if (model instanceof SeriesModel) return model.answer(item as number[]).values;
  return [...model.answer(String(item)).text].map((character) => character.codePointAt(0) ?? 0);
}

/** Samples are a list of numbers, rows of a sensor one of lists; what is missing is null. */
function signalOf(item: unknown): Float32Array | number[][] {
  const values = item as (number | null)[] | (number | null)[][];
  if (!Array.isArray(values[0])) return Float32Array.from(values as number[]);
  return (values as (number | null)[][]).map((row) => row.map((value) => value ?? Number.NaN));
}

/** A model that this script cannot run, as one with covariates, is not asked. */
function readable(packed: Packed): AnyModel | null {
  try {
    return modelOf(packed).model;
  } catch (error) {
    if (error instanceof InputError) return null;
    throw error;
  }
}
