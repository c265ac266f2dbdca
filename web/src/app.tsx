import { Lab } from "./lab/lab";
import type { Payload } from "./payload";

/** The page, whatever it shows. */
export function App({ payload }: { payload: Payload }) {
  return payload.kind === "lab" ? (
    <Lab title={payload.title} models={[]} />
  ) : (
    <main>{payload.title}</main>
  );
}
