import { colourOf } from "../../ui/colours";
import { fixed } from "../../ui/numbers";

/** Whether something is there already; what comes just now moves into its place. */
export type Seen = "no" | "now" | "yes";

export const said = (value: number): string => fixed(value, 2);

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
