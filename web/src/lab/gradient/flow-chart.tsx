import { areaY, line, type PlotOptions, ruleX, ruleY } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Flow } from "../../nets/flow";
import { Chart } from "../../ui/chart";

/** Where a gradient is as good as gone, or has run away: the picture ends there. */
const BOUNDS = [1e-9, 1e4] as const;
/** What a curve that leaves the picture can still be drawn with. */
const DRAWN = [1e-60, 1e60] as const;

/** What is left of the gradient k steps back: the net at its start, and as it was trained. */
export function FlowChart({ before, after }: { before: Flow; after: Flow | undefined }) {
  const options = useMemo(() => drawn(before, after), [before, after]);
  return (
    <Chart
      options={options}
      said={`What is left of the gradient. ${told("At the start", before)} ${after ? told("After training", after) : ""}`}
      caption={`Blue: the net at its start, a mean of 12 sequences, and the least and most of them.${after ? " Orange: after training." : ""} Dashed: the half-life.`}
    />
  );
}

function drawn(before: Flow, after: Flow | undefined): PlotOptions {
  const within = ([low, high]: readonly [number, number], value: number) =>
    Math.min(high, Math.max(low, Number.isNaN(value) ? 0 : value));
  const points = (flow: Flow) =>
    flow.mean.map((mean, k) => ({
      k,
      mean: within(DRAWN, mean),
      least: within(DRAWN, flow.least[k]!),
      most: within(DRAWN, flow.most[k]!),
    }));
  const flows = [before, ...(after ? [after] : [])];
  const all = flows.flatMap(points);
  const low = within(BOUNDS, Math.min(1e-3, ...all.map((point) => point.least)));
  const high = within(BOUNDS, Math.max(2, ...all.map((point) => point.most)));
  const last = before.mean.length - 1;
  return {
    height: 280,
    marginLeft: 48,
    marginBottom: 42,
    x: {
      label: "k, steps back",
      labelOffset: 38,
      domain: [0, Math.max(last, (after?.mean.length ?? 1) - 1)],
    },
    y: {
      type: "log",
      domain: [low, high],
      label: "share of the gradient that is left",
      ticks: 6,
      tickFormat: (value: number) => power(value),
      grid: true,
    },
    marks: [
      ruleY([1], { stroke: "currentColor" }),
      ...flows.flatMap((flow, i) => {
        const colour = i === 0 ? "var(--for)" : "var(--against)";
        const data = points(flow);
        return [
          areaY(data, {
            x: "k",
            y1: "least",
            y2: "most",
            fill: colour,
            fillOpacity: 0.18,
            clip: true,
          }),
          line(data, { x: "k", y: "mean", stroke: colour, strokeWidth: 2.5, clip: true }),
          ruleX(flow.halfLife <= last ? [flow.halfLife] : [], {
            stroke: colour,
            strokeDasharray: "4 4",
          }),
        ];
      }),
    ],
  };
}

const UP = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** 10⁻³, of powers of ten alone. */
function power(value: number): string {
  const exponent = Math.log10(value);
  return Math.abs(exponent - Math.round(exponent)) < 1e-9 ? tenTo(Math.round(exponent)) : "";
}

function tenTo(exponent: number): string {
  const digits = [...String(Math.abs(exponent))].map((digit) => UP[+digit]).join("");
  return `10${exponent < 0 ? "⁻" : ""}${digits}`;
}

/** What is left after the last of the steps. */
export const leftOf = (flow: Flow): string => {
  const left = flow.mean.at(-1)!;
  if (!Number.isFinite(left)) return "more than a number can hold";
  if (left >= 0.01 && left < 100) return `${+left.toPrecision(2)} times`;
  if (left === 0) return "nothing";
  const [digits, exponent] = left.toExponential(0).split("e");
  return `${digits} · ${tenTo(Number(exponent))} times`;
};

/** A half-life for people. */
export const halfLifeOf = (flow: Flow): string =>
  Number.isFinite(flow.halfLife)
    ? `${+flow.halfLife.toPrecision(2)} steps`
    : "none: it does not fade";

const told = (what: string, flow: Flow) =>
  `${what}: half-life ${halfLifeOf(flow)}; ${flow.mean.length - 1} steps back ${leftOf(flow)} is left.`;
