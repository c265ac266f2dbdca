import { Lab } from "./lab/lab";
import type { Payload } from "./payload";
import { Report } from "./report/report";

/** The page, whatever it shows. */
export function App({ payload }: { payload: Payload }) {
  return payload.kind === "report" ? (
    <Report data={payload} />
  ) : (
    <Lab title={payload.title} models={[]} />
  );
}
