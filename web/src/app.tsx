import type { Payload } from "./payload";

/** The page, whatever it shows. */
export function App({ payload }: { payload: Payload }) {
  return <main>{payload.title}</main>;
}
