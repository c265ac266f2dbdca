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
  return (
    <Card title="This page">
      <p>{data.measured}</p>
      {apart !== null && data.checks.length > 0 && (
        <p id="checked" data-apart={apart}>
          Checked as you opened it: on {data.checks.length} inputs the page's own answers are within{" "}
          {digits(apart)} of those the model gave.
        </p>
      )}
      <p class="quiet">It asks nothing of the network: everything it shows is inside this file.</p>
    </Card>
  );
}

/** The largest difference between numbers that were given and those that the page computes. */
function apartOf(model: AnyModel, checks: Check[]): number {
  let most = 0;
  for (const check of checks) {
    const own = numbersOf(model, check.item);
    check.numbers.forEach((number, n) => {
      most = Math.max(most, Math.abs(number - (own[n] ?? Number.POSITIVE_INFINITY)));
    });
  }
  return most;
}
