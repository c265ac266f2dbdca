import * as Plot from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import type { BlockOf, Figure } from "../../payload";
import { Chart } from "../../ui/chart";
import { digits, interval, said } from "../../ui/numbers";
import { Scroll } from "../../ui/scroll";

/** A model beside its opponents: a dot and its interval each, and all figures below. */
export function FiguresChart({ name, unit, rows, units, higher_is_better }: BlockOf<"figures">) {
  const further = [...new Set(rows.flatMap((row) => Object.keys(row.others)))];
  const options = useMemo(() => dots(name, unit === "share", rows), [name, unit, rows]);
  const intervals = rows.some((row) => row.low !== null);
  const best = rows.map((row) => `${row.called} ${said(row.value, unit)}`).join("; ");
  return (
    <>
      <Chart
        options={options}
        said={`${name}: ${best}`}
        caption={`${name}, ${higher_is_better ? "higher" : "lower"} is better${
          intervals ? "; lines are 95 % intervals" : ""
        }`}
      />
      <Scroll label="all figures">
        <table>
          <thead>
            <tr>
              <th scope="col">model</th>
              <th scope="col" class="number">
                {name}
              </th>
              {intervals && (
                <th scope="col" class="number">
                  95 % interval
                </th>
              )}
              {further.map((each) => (
                <th key={each} scope="col" class="number">
                  {each}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.called} class={row.role}>
                <th scope="row">{row.called}</th>
                <td class="number">{said(row.value, unit)}</td>
                {intervals && <td class="number">{interval(row.low, row.high, unit)}</td>}
                {further.map((each) => (
                  <td key={each} class="number">
                    {said(row.others[each], units[each] ?? "value")}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function dots(name: string, share: boolean, rows: Figure[]): Plot.PlotOptions {
  const at = (value: number | null) => (value === null ? Number.NaN : share ? 100 * value : value);
  const colour = (row: Figure) => (row.role === "model" ? "var(--accent)" : "var(--quiet)");
  const known = rows.filter((row) => row.low !== null && row.high !== null);
  return {
    height: 40 + 30 * rows.length,
    marginLeft: 10,
    marginBottom: 40,
    marginTop: 4,
    x: {
      label: share ? `${name}, %` : name,
      labelOffset: 36,
      nice: true,
      grid: true,
      tickFormat: digits,
    },
    y: { axis: null, domain: rows.map((row) => row.called), padding: 0.2 },
    marks: [
      Plot.ruleY(known, {
        y: "called",
        x1: (row: Figure) => at(row.low),
        x2: (row: Figure) => at(row.high),
        stroke: colour,
        strokeWidth: 3,
        strokeOpacity: 0.5,
      }),
      Plot.dot(rows, {
        y: "called",
        x: (row: Figure) => at(row.value),
        fill: colour,
        r: 5,
        symbol: (row: Figure) => (row.role === "model" ? "circle" : "square"),
      }),
      ...(["start", "middle", "end"] as const).map((anchor) =>
        Plot.text(
          rows.filter((row) => anchorOf(row.value, rows) === anchor),
          {
            y: "called",
            x: (row: Figure) => at(row.value),
            text: "called",
            dy: -11,
            fill: "currentColor",
            stroke: "var(--card)",
            strokeWidth: 4,
            textAnchor: anchor,
          },
        ),
      ),
    ],
  };
}

/** Names near an edge run inwards, so that a narrow screen does not cut them. */
function anchorOf(value: number, rows: Figure[]): "start" | "middle" | "end" {
  const ends = rows.flatMap((row) => [row.low ?? row.value, row.high ?? row.value]);
  const [low, high] = [Math.min(...ends), Math.max(...ends)];
  const place = (value - low) / (high - low || 1);
  return place < 0.35 ? "start" : place > 0.65 ? "end" : "middle";
}
