import type { Seen } from "./value";

/** A product in a sum: from where the one before ended to where this one ends. */
export function Bar({
  from,
  to,
  reach,
  seen,
  order,
  thin = false,
}: {
  from: number;
  to: number;
  reach: number;
  seen: Seen;
  order: number;
  thin?: boolean;
}) {
  const place = (value: number) => 50 + (50 * Math.max(-reach, Math.min(reach, value))) / reach;
  const [left, right] = [place(Math.min(from, to)), place(Math.max(from, to))];
  const style = {
    left: `${left}%`,
    width: `${right - left}%`,
    background: thin ? "currentColor" : to < from ? "var(--against)" : "var(--for)",
    transformOrigin: to < from ? "right" : "left",
    animationDelay: `${order * 90}ms`,
  };
  return (
    <span class={`stretch ${thin ? "thin" : ""}`} aria-hidden="true">
      {seen !== "no" && <span class={seen === "now" ? "grows" : ""} style={style} />}
    </span>
  );
}
