import { type ComponentType, render } from "preact";
import type { Payload } from "../payload";
import "../style.css";

/** Draws what stands in the page. */
export function show<P extends Payload>(Page: ComponentType<{ payload: P }>): void {
  const script = document.getElementById("payload");
  if (script === null) return;
  const payload = JSON.parse(script.textContent ?? "{}") as P;
  render(<Page payload={payload} />, document.getElementById("app") ?? document.body);
}
