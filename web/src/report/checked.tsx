import { useMemo } from "preact/hooks";
import type { Report } from "../payload";
import { Card } from "../ui/card";
import { digits } from "../ui/numbers";
import { numbersOf, usePageModel } from "./model";

/** Holds the page's own answers against those the model gave, and says how far they are apart. */
export function Checked({ data }: { data: Report }) {
  const model = usePageModel();
  const apart = useMemo(() => {
    if (model === null) return null;
    let most = 0;
    for (const check of data.checks) {
      const own = numbersOf(model, check.item);
      check.numbers.forEach((number, n) => {
        most = Math.max(most, Math.abs(number - (own[n] ?? Number.POSITIVE_INFINITY)));
      });
    }
    return most;
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
