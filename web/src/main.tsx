import { render } from "preact";
import { App } from "./app";
import type { Payload } from "./payload";
import "./style.css";

const script = document.getElementById("payload");
if (script !== null) {
  const payload = JSON.parse(script.textContent ?? "{}") as Payload;
  render(<App payload={payload} />, document.getElementById("app") ?? document.body);
}
