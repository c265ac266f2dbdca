import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { BlockOf, Line } from "../../payload";
import { Chart } from "../../ui/chart";
import { dashesOf, LineKey, strokeOf } from "../../ui/line-key";
import { digits } from "../../ui/numbers";
import { powerTicks, wholeTicks } from "../../ui/ticks";

const MARGIN = 56;

type Drawn = Pick<BlockOf<"curve">, "x" | "y" | "lines"> & Partial<BlockOf<"curve">>;

/** Lines over a common axis, told apart by colour and by dashes. */
export function CurveChart(block: Drawn) {
  const options = useMemo(() => (width: number) => drawn(block, width), [block]);
  const ends = block.lines
    .map((line) => {
      const known = line.y.filter((y): y is number => y !== null);
      const [first, last] = [known[0], known.at(-1)];
      if (first === undefined || last === undefined) return `${line.name}: nothing known`;
      return `${line.name}: from ${digits(first)} to ${digits(last)}`;
    })
    .join("; ");
  return (
    <>
      {block.lines.length > 1 && <LineKey names={block.lines.map(({ name }) => name)} />}
      <Chart
        options={options}
        said={`${block.y} by ${block.x}. ${ends}`}
        caption={block.caption || undefined}
      />
    </>
  );
}

function drawn(block: Drawn, width: number): Plot.PlotOptions {
  const marks: Plot.Markish[] = [];
  if (block.diagonal) {
    const ends = [
      [0, 0],
      [1, 1],
    ];
    marks.push(Plot.line(ends, { stroke: "var(--quiet)", strokeDasharray: "3 3" }));
  }
  block.lines.forEach((line, n) => {
    const points = pointsOf(line);
    const colour = strokeOf(n);
    if (line.low !== null && line.high !== null)
      marks.push(
        Plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: colour, fillOpacity: 0.16 }),
      );
    marks.push(
      Plot.lineY(points, {
        x: "x",
        y: "y",
        stroke: colour,
        strokeWidth: 2,
        strokeDasharray: dashesOf(n),
        tip: { format: { x: digits, y: digits } },
      }),
    );
    if (points.length <= 30) marks.push(Plot.dot(points, { x: "x", y: "y", fill: colour, r: 3 }));
  });
  const at = block.lines.flatMap(({ x }) => x);
  const whole = !block.logarithmic_x && at.length > 0 && at.every(Number.isInteger);
  const heights = block.lines
    .flatMap(({ y, low, high }) => [...y, ...(low ?? []), ...(high ?? [])])
    .filter((each): each is number => each !== null);
  const [first, last] = [Math.min(...at), Math.max(...at)];
  return {
    height: 260,
    marginLeft: MARGIN,
    marginBottom: 40,
    x: {
      label: block.x,
      labelOffset: 36,
      nice: !whole && !block.logarithmic_x,
      ...(whole && { ticks: wholeTicks(first, last, width - MARGIN, digits(last).length) }),
      type: block.logarithmic_x ? "log" : "linear",
      tickFormat: digits,
      ...(block.logarithmic_x && { ticks: powerTicks(at) }),
    },
    y: {
      label: block.y,
      grid: true,
      nice: true,
      type: block.logarithmic ? "log" : "linear",
      tickFormat: digits,
      ...(block.logarithmic && { ticks: powerTicks(heights) }),
    },
    marks,
  };
}

interface Point {
  x: number;
  y: number;
  low: number;
  high: number;
}

function pointsOf(line: Line): Point[] {
  const known = (value: number | null | undefined) => value ?? Number.NaN;
  return line.x.map((x, n) => ({
    x,
    y: known(line.y[n]),
    low: known(line.low?.[n]),
    high: known(line.high?.[n]),
  }));
}
