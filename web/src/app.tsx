import { useMemo } from "preact/hooks";
import { Lab } from "./lab/lab";
import { modelsOf } from "./lab/models";
import type { Lab as LabPayload, Payload } from "./payload";
import { Report } from "./report/report";

/** The page, whatever it shows. */
export function App({ payload }: { payload: Payload }) {
  return payload.kind === "report" ? <Report data={payload} /> : <WholeLab payload={payload} />;
}

function WholeLab({ payload }: { payload: LabPayload }) {
  const models = useMemo(() => modelsOf(payload), [payload]);
  return <Lab title={payload.title} models={models} />;
}
