import { useEffect, useState } from "preact/hooks";
import type { Check, Report } from "../payload";
import { Card } from "../ui/card";
import { whenIdle } from "../ui/idle";
import { digits } from "../ui/numbers";
import { type AnyModel, numbersOf, usePageModel } from "./model";

/** Holds the page's own answers against those the model gave, and says how far they are apart. */
export function Checked({ data }: { data: Report }) {
  const model = usePageModel();
  const [apart, setApart] = useState<number | null>(null);
  useEffect(() => {
    if (model !== null) return whenIdle(() => setApart(apartOf(model, data.checks)));
  }, [data, model]);
  const large = data.checks.some(isLarge);
  return (
    <Card title="This page">
      <p>{data.measured}</p>
      {apart !== null && data.checks.length > 0 && (
        <p id="checked" data-apart={apart}>
          Checked as you opened it, on{" "}
          {data.checks.length === 1 ? "1 input" : `${data.checks.length} inputs`}: the page's own
          answers are {apart === 0 ? "" : `within ${digits(apart)}${large ? LARGE : ""} of `}those
          that the model gave.
        </p>
      )}
      <p class="quiet">It asks nothing of the network: everything it shows is inside this file.</p>
    </Card>
  );
}

/** Whether answers are values of any size, and not probabilities. */
const isLarge = ({ numbers }: Check) => numbers.some((number) => Math.abs(number) > 1);

/** What a difference is a share of, where answers are values of any size. */
const LARGE = ", as a share of the largest value,";

/**
 * The largest difference between numbers that were given and those that the page computes; beyond 1
 * as a share of the largest.
 */
function apartOf(model: AnyModel, checks: Check[]): number {
  let most = 0;
  for (const check of checks) {
    const own = numbersOf(model, check.item);
    const size = Math.max(1, ...check.numbers.map(Math.abs));
    check.numbers.forEach((number, n) => {
      most = Math.max(most, Math.abs(number - (own[n] ?? Number.POSITIVE_INFINITY)) / size);
    });
  }
  return most;
}
