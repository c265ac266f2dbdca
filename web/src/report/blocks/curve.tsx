import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { BlockOf, Line } from "../../payload";
import { Chart } from "../../ui/chart";
import { COLOURS, DASHES, LineKey } from "../../ui/line-key";
import { digits } from "../../ui/numbers";

type Drawn = Pick<BlockOf<"curve">, "x" | "y" | "lines"> & Partial<BlockOf<"curve">>;

/** Lines over a common axis, told apart by colour and by dashes. */
export function CurveChart(block: Drawn) {
  const options = useMemo(() => drawn(block), [block]);
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

function drawn(block: Drawn): Plot.PlotOptions {
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
    const colour = COLOURS[n % COLOURS.length];
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
        strokeDasharray: DASHES[n % DASHES.length] || undefined,
        tip: { format: { x: digits, y: digits } },
      }),
    );
    if (points.length <= 30) marks.push(Plot.dot(points, { x: "x", y: "y", fill: colour, r: 3 }));
  });
  const whole = block.lines.every((line) => line.x.every(Number.isInteger));
  return {
    height: 260,
    marginLeft: 56,
    x: {
      label: block.x,
      nice: !whole && !block.logarithmic_x,
      type: block.logarithmic_x ? "log" : "linear",
      tickFormat: digits,
    },
    y: { label: block.y, grid: true, nice: true, type: block.logarithmic ? "log" : "linear" },
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
