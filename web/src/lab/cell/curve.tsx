import type { Seen } from "./value";

const HEIGHT = 64;

/** tanh or σ over the scale of the bars above it, and where the sum meets it. */
export function Curve({
  by,
  at,
  reach,
  seen,
}: {
  by: "tanh" | "σ";
  at: number;
  reach: number;
  seen: Seen;
}) {
  const of = (a: number) => (by === "tanh" ? Math.tanh(a) : 1 / (1 + Math.exp(-a)));
  const low = by === "tanh" ? -1 : 0;
  const y = (a: number) => HEIGHT - 5 - ((of(a) - low) / (1 - low)) * (HEIGHT - 10);
  const x = (a: number) => 100 + (100 * Math.max(-reach, Math.min(reach, a))) / reach;
  const points = Array.from({ length: 61 }, (_, i) => (reach * (i - 30)) / 30);
  const path = points.map((a) => `${x(a).toFixed(1)},${y(a).toFixed(1)}`).join(" ");
  return (
    <svg class="curve" viewBox={`0 0 200 ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
      <line class="axis" x1="100" x2="100" y1="0" y2={HEIGHT} />
      <polyline points={path} />
      {seen !== "no" && (
        <g class={seen === "now" ? "falls" : ""}>
          <line class="drop" x1={x(at)} x2={x(at)} y1="0" y2={y(at)} />
          <line class="point" x1={x(at)} x2={x(at)} y1={y(at)} y2={y(at)} />
        </g>
      )}
    </svg>
  );
}
