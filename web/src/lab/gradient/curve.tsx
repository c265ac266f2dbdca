import { line, type PlotOptions, ruleY, text } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { Chart } from "../../ui/chart";

/** As many points as a narrow screen can show. */
const MOST = 240;

/** One number of every batch, as it comes. */
export function Curve({
  caption,
  values,
  level,
  low,
  high,
  format,
}: {
  caption: string;
  values: readonly number[];
  /** A line to hold it against. */
  level: { value: number; name: string };
  low: number;
  high: number;
  format: string;
}) {
  const points = useMemo(() => thinned(values), [values]);
  const options: PlotOptions = useMemo(
    () => ({
      height: 180,
      marginLeft: 42,
      marginBottom: 42,
      x: { label: "batches", labelOffset: 38, domain: [0, Math.max(20, values.length)], ticks: 4 },
      y: { label: null, domain: [low, high], ticks: 5, tickFormat: format, grid: true },
      marks: [
        ruleY([low], { stroke: "currentColor" }),
        ruleY([level.value], { stroke: "var(--against)", strokeDasharray: "4 4" }),
        text([level], {
          frameAnchor: "right",
          y: "value",
          text: "name",
          fill: "var(--against)",
          dy: -7,
        }),
        line(points, { x: "batch", y: "value", stroke: "var(--for)", strokeWidth: 2, clip: true }),
      ],
    }),
    [points, values.length, level.value, level.name, low, high, format],
  );
  const last = values.at(-1);
  const now = last === undefined ? "nothing yet" : `now ${last.toFixed(2)}`;
  return <Chart options={options} said={`${caption}: ${now}`} caption={caption} />;
}

/** Means of as many values as are needed to be few. */
export function thinned(values: readonly number[]): { batch: number; value: number }[] {
  const width = Math.max(1, Math.ceil(values.length / MOST));
  const points = [];
  for (let begin = 0; begin < values.length; begin += width) {
    const part = values.slice(begin, begin + width);
    const value = part.reduce((sum, each) => sum + each, 0) / part.length;
    points.push({ batch: begin + part.length, value });
  }
  return points;
}
