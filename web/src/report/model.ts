import { createContext } from "preact";
import { useContext, useMemo } from "preact/hooks";
import type { Packed } from "../payload";
import { type AnyModel, modelOf, unpack } from "../runtime";

/** The model of the page; null where a page has none, or one that this script cannot run. */
export const ModelContext = createContext<AnyModel | null>(null);

/** The model of the page, ready to answer. */
export function useModel(packed: Packed | null): AnyModel | null {
  return useMemo(() => (packed === null ? null : modelOf(unpack(packed))), [packed]);
}

/** The model that blocks ask. */
export const usePageModel = (): AnyModel | null => useContext(ModelContext);
