import { dot, line, type PlotOptions, ruleX, ruleY, text } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { Tape } from "../../nets/layer";
import { GATES } from "../../nets/weights";
import { Chart } from "../../ui/chart";
import { named } from "./gate";
import { type CellState, stepsDone } from "./state";
import { said } from "./value";

interface Point {
  step: number;
  value: number;
  line: string;
}

const COLOURS = ["var(--for)", "var(--against)", "var(--other-2)", "var(--other-1)"];

/** The states over the sequence, and below them the gates of the unit that is looked at. */
export function OverTime({ cell, tape }: { cell: CellState; tape: Tape }) {
  const { weights, t, unit } = cell;
  const { kind, units: H } = weights;
  const T = tape.steps;
  const until = stepsDone(cell);
  const states = useMemo(() => {
    const lines = Array.from({ length: H }, (_, u) => ({
      name: named("h", u, H > 1),
      values: Array.from({ length: T + 1 }, (_, step) => tape.h[step * H + u]!),
    }));
    if (kind === "lstm") {
      const values = Array.from({ length: T + 1 }, (_, step) => tape.c[step * H + unit]!);
      lines.push({ name: named("c", unit, H > 1), values });
    }
    return lines;
  }, [tape, kind, H, T, unit]);
  const gates = useMemo(() => {
    const width = GATES[kind].length * H;
    return GATES[kind].map((name, gate) => ({
      name: name as string,
      values: Array.from({ length: T }, (_, step) => tape.gates[step * width + gate * H + unit]!),
    }));
  }, [tape, kind, H, T, unit]);
  const drawnStates = useMemo(() => drawn(states, 0, t + 1, -1, until), [states, t, until]);
  const drawnGates = useMemo(() => drawn(gates, 1, t + 1, 0, until), [gates, t, until]);
  return (
    <div class="grid">
      <Chart
        options={drawnStates}
        said={told("State over time", states, T)}
        caption="The state after each step."
      />
      {kind !== "rnn" && (
        <Chart
          options={drawnGates}
          said={told("Gates over time", gates, T)}
          caption={`The gates${H > 1 ? ` of unit ${unit + 1}` : ""} at each step.`}
        />
      )}
    </div>
  );
}

function drawn(
  lines: readonly { name: string; values: number[] }[],
  first: number,
  marked: number,
  low: number,
  until: number,
): PlotOptions {
  const points: Point[] = lines.flatMap(({ name, values }) =>
    values.map((value, i) => ({ step: first + i, value, line: name })),
  );
  const most = Math.max(1, ...points.map((point) => point.value));
  const least = Math.min(low, ...points.map((point) => point.value));
  const last = Math.max(...points.map((point) => point.step));
  const done = points.filter((point) => point.step <= until);
  const end = Math.min(last, until);
  const names = lines.map(({ name }) => name);
  return {
    height: 190,
    marginLeft: 34,
    marginBottom: 42,
    marginRight: 26,
    x: { label: "step", labelOffset: 38, domain: [0, last], ticks: last, tickFormat: "d" },
    y: { label: null, domain: [least, most], ticks: 5, grid: true },
    color: { domain: names, range: COLOURS.slice(0, names.length) },
    marks: [
      ruleY([0]),
      ruleX([marked], { stroke: "currentColor", strokeDasharray: "3 3" }),
      line(done, { x: "step", y: "value", stroke: "line", strokeWidth: 2 }),
      dot(done, { x: "step", y: "value", fill: "line", r: 3 }),
      text(
        apart(
          done.filter((point) => point.step === end),
          0.09 * (most - least),
        ),
        { x: "step", y: "value", text: "line", fill: "line", dx: 8, textAnchor: "start" },
      ),
    ],
  };
}

/** Names beside the ends of their lines, far enough from each other to be read. */
export function apart(points: readonly Point[], gap: number): Point[] {
  let low = Number.NEGATIVE_INFINITY;
  return [...points]
    .sort((a, b) => a.value - b.value)
    .map((point) => {
      low = Math.max(low + gap, point.value);
      return { ...point, value: low };
    });
}

const told = (what: string, lines: readonly { name: string; values: number[] }[], T: number) =>
  `${what}, ${T} steps. ${lines
    .map(({ name, values }) => `${name}: ${values.map(said).join(", ")}`)
    .join(". ")}.`;
