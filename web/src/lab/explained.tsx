import type { ComponentChildren } from "preact";
import { useEffect, useMemo } from "preact/hooks";
import { Explainer, ExplainerContext } from "../asking/shares";
import { type Offered, useComing } from "./models";

/** Gives what is inside an explainer of the model's answers. */
export function Explained({
  offered,
  children,
}: {
  offered: Offered;
  children: ComponentChildren;
}) {
  const { value: packed } = useComing(offered.packed, offered);
  const explainer = useMemo(
    () => (packed?.task === "classify" ? new Explainer(packed) : null),
    [packed],
  );
  useEffect(() => () => explainer?.close(), [explainer]);
  return <ExplainerContext.Provider value={explainer}>{children}</ExplainerContext.Provider>;
}
