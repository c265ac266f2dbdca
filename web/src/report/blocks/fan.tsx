import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { BlockOf } from "../../payload";
import { Chart } from "../../ui/chart";
import { dashesOf, LineKey, strokeOf } from "../../ui/line-key";
import { digits } from "../../ui/numbers";
import { wholeTicks } from "../../ui/ticks";

const MARGIN = 64;

/** With forecasts of others, if there are any, the model's name first among theirs. */
interface Fan extends BlockOf<"fan"> {
  called?: string;
  others?: readonly { name: string; values: readonly number[] }[];
}

/** A series and what may follow it: the wider the band, the surer that the truth lies in it. */
export function FanChart(block: Fan) {
  const options = useMemo(() => (width: number) => drawn(block, width), [block]);
  const last = block.ahead.at(-1);
  const bands = block.bands.map(([level]) => `${level} %`).join(" and ");
  const others = block.others ?? [];
  return (
    <>
      {others.length > 0 && (
        <LineKey names={[block.called ?? "the model", ...others.map(({ name }) => name)]} />
      )}
      <Chart
        options={options}
        said={`${block.name}: ${block.past.length} values and a forecast of ${block.ahead.length}${
          last === undefined ? "" : `, the last ${digits(last)}`
        }`}
        caption={`Grey: what was. Blue: the forecast${bands && `, with intervals of ${bands}`}.`}
      />
    </>
  );
}

function drawn({ labels, past, ahead, bands, others = [] }: Fan, width: number): Plot.PlotOptions {
  const P = past.length;
  const was = past.map((y, x) => ({ x, y: y ?? Number.NaN }));
  const lastKnown = was.filter((point) => !Number.isNaN(point.y)).at(-1);
  const will = [
    ...(lastKnown === undefined ? [] : [lastKnown]),
    ...ahead.map((y, n) => ({ x: P + n, y })),
  ];
  const rivals = others.map(({ values }, n) =>
    Plot.lineY(
      values.map((y, k) => ({ x: P + k, y })),
      {
        x: "x",
        y: "y",
        stroke: strokeOf(n + 1),
        strokeDasharray: dashesOf(n + 1),
        strokeWidth: 2,
      },
    ),
  );
  const letters = labels.reduce((most, label) => Math.max(most, label.length), 1);
  const ticks = wholeTicks(0, labels.length - 1, width - MARGIN, letters);
  const between = (n: number) => labels[Math.round(n)] ?? "";
  const shades = bands.map(([, low, high], n) =>
    Plot.areaY(
      ahead.map((_, k) => ({ x: P + k, low: low[k] ?? Number.NaN, high: high[k] ?? Number.NaN })),
      { x: "x", y1: "low", y2: "high", fill: "var(--for)", fillOpacity: 0.14 + 0.12 * n },
    ),
  );
  const narrow = bands.flatMap(([, low, high], n) =>
    ahead.length > 1
      ? []
      : [
          Plot.ruleX([P], {
            y1: low[0] ?? Number.NaN,
            y2: high[0] ?? Number.NaN,
            stroke: "var(--for)",
            strokeWidth: 9,
            strokeOpacity: 0.14 + 0.12 * n,
          }),
        ],
  );
  return {
    height: 300,
    marginLeft: MARGIN,
    x: { label: null, ticks, tickFormat: between },
    y: { label: null, grid: true, nice: true, tickFormat: digits },
    marks: [
      ...shades,
      ...narrow,
      ...rivals,
      Plot.lineY(was, { x: "x", y: "y", stroke: "var(--quiet)", strokeWidth: 1.6 }),
      Plot.lineY(will, { x: "x", y: "y", stroke: "var(--for)", strokeWidth: 2.4 }),
      Plot.dot(will.slice(1), { x: "x", y: "y", fill: "var(--for)", r: 2.5 }),
      Plot.tip(
        [...was, ...will],
        Plot.pointerX({ x: "x", y: "y", title: (p) => `${between(p.x)}: ${digits(p.y)}` }),
      ),
    ],
  };
}
