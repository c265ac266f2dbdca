import { colourOf } from "../../ui/colours";

/** Whether something is there already; what comes just now moves into its place. */
export type Seen = "no" | "now" | "yes";

/** Two digits after the point, and a minus as long as a plus. */
export const said = (value: number): string => {
  const text = value.toFixed(2);
  return text === "-0.00" ? "0.00" : text.replace("-", "−");
};

/** The strongest colour that a number is still read on. */
const FULL = 0.4;

/** A number on its colour: orange below 0, blue above. */
export function Value({
  value,
  seen = "yes",
  from = "left",
  strong = false,
}: {
  value: number;
  seen?: Seen;
  from?: "left" | "above";
  strong?: boolean;
}) {
  const colour = seen === "no" ? "none" : colourOf(Math.max(-FULL, Math.min(FULL, value * 0.35)));
  return (
    <span class={`value ${strong ? "strong" : ""}`} style={{ background: colour }}>
      <span class={seen === "now" ? `flows-${from}` : ""}>{seen === "no" ? "…" : said(value)}</span>
    </span>
  );
}
