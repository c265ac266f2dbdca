import { useMemo } from "preact/hooks";
import { Lab } from "../lab/lab";
import { modelsOf } from "../lab/models";
import type { Lab as Payload } from "../payload";
import { show } from "./show";

show<Payload>(({ payload }) => {
  const models = useMemo(() => modelsOf(payload), [payload]);
  return <Lab title={payload.title} models={models} tour={payload.tour ?? {}} />;
});
