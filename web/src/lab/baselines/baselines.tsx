import { dot, ruleY } from "@observablehq/plot";
import { useMemo } from "preact/hooks";
import { Chart } from "../../ui/chart";
import { Choice } from "../../ui/choice";
import { fixed } from "../../ui/numbers";
import { Slider } from "../../ui/slider";
import type { ExperimentProps } from "../experiment";
import { numberIn, wholeIn } from "../settings";
import { compared, shareInterval, VERDICTS, type Verdict, verdictOf } from "./judged";

const SIZES = [25, 50, 100, 200, 400, 800, 1600, 3200, 6400, 12500, 25000];
const NAMED: Record<Verdict, string> = {
  model: "the recurrent model is better",
  opponent: "the linear model is better",
  open: "no difference that chance does not explain",
};

/** A figure with its interval beside an opponent’s: which verdict does it bear? */
export function Baselines({ settings, change }: ExperimentProps) {
  const size = wholeIn(settings, "n", { min: 25, max: 25000, otherwise: 400 });
  const place = SIZES.reduce(
    (best, n, at) => (Math.abs(n - size) < Math.abs(SIZES[best]! - size) ? at : best),
    0,
  );
  const n = SIZES[place]!;
  const share = (name: string, start: number) =>
    numberIn(settings, name, { min: 50, max: 99, otherwise: start }) / 100;
  const [model, opponent] = [share("model", 88), share("opponent", 85)];
  const apart = wholeIn(settings, "apart", { min: 0, max: 40, otherwise: 9 }) / 100;
  const result = useMemo(() => compared(n, model, opponent, apart), [n, model, opponent, apart]);
  const said = VERDICTS.find((verdict) => verdict === settings.verdict);
  const right = verdictOf(result);
  const rows = [
    { name: "recurrent", right: result.model },
    { name: "linear", right: result.opponent },
  ].map((row) => ({ ...row, interval: shareInterval(row.right, n).map((end) => 100 * end) }));
  const options = useMemo(
    () => ({
      height: 120,
      marginLeft: 75,
      marginBottom: 40,
      x: { label: "right, %", domain: [40, 100], grid: true },
      y: { label: null, domain: rows.map((row) => row.name) },
      marks: [
        ruleY(rows, {
          y: "name",
          x1: (row) => row.interval[0],
          x2: (row) => row.interval[1],
          strokeWidth: 3,
          stroke: "var(--accent)",
        }),
        dot(rows, { y: "name", x: (row) => (100 * row.right) / n, r: 5, fill: "var(--ink)" }),
      ],
    }),
    [rows, n],
  );
  const set = (some: Record<string, string>) => change({ ...some, verdict: undefined });
  return (
    <div class="trial">
      <Slider
        label="Rows judged"
        min={0}
        max={SIZES.length - 1}
        step={1}
        value={place}
        onInput={(at) => set({ n: String(SIZES[at]) })}
        shown={(at) => (SIZES[at] ?? n).toLocaleString("en")}
      />
      <Slider
        label="Recurrent, % right"
        min={50}
        max={99}
        step={0.5}
        value={100 * model}
        onInput={(value) => set({ model: String(value) })}
      />
      <Slider
        label="Linear, % right"
        min={50}
        max={99}
        step={0.5}
        value={100 * opponent}
        onInput={(value) => set({ opponent: String(value) })}
      />
      <Slider
        label="One alone is right, %"
        min={0}
        max={40}
        step={1}
        value={100 * apart}
        onInput={(value) => set({ apart: String(value) })}
        shown={() => ((100 * (result.onlyModel + result.onlyOpponent)) / n).toFixed(1)}
      />
      <Chart
        options={options}
        said={rows
          .map(
            ({ name, right: count, interval: [low = 0, high = 0] }) =>
              `${name}: ${((100 * count) / n).toFixed(1)} % right, 95 % interval ${low.toFixed(1)} to ${high.toFixed(1)}`,
          )
          .join("; ")}
        caption="Share right, with its 95 % interval (Wilson)"
      />
      <p>
        On these {n.toLocaleString("en")} rows the recurrent model alone is right on{" "}
        {result.onlyModel.toLocaleString("en")}, the linear model alone on{" "}
        {result.onlyOpponent.toLocaleString("en")}. These are the rows that tell them apart.
      </p>
      <Choice
        label="Your verdict"
        values={VERDICTS}
        value={said ?? ("" as Verdict)}
        onChange={(verdict) => change({ verdict })}
        named={(verdict) => NAMED[verdict]}
      />
      <div role="status">
        {said !== undefined && (
          <p>
            <strong>{said === right ? "Yes" : "No"}:</strong> {NAMED[right]}. The difference is{" "}
            {fixed(result.difference, 1)} points, 95 % interval {fixed(result.low, 1)} to{" "}
            {fixed(result.high, 1)}, p ={" "}
            {result.p < 0.001 ? result.p.toExponential(1) : result.p.toFixed(3)}.{" "}
            {right === "open" &&
              "With as good a result, the simpler model will do; or judge on more rows."}
          </p>
        )}
      </div>
      <p class="quiet">
        Made-up figures, true arithmetic: the interval is that of a paired difference, p is an exact
        sign test on the rows where one alone is right. The two intervals above may overlap and the
        difference still be sure, because both models answered the same rows.
      </p>
    </div>
  );
}
