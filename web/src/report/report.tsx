import { useEffect, useState } from "preact/hooks";
import { ExplainerContext } from "../asking/shares";
import type { Report as Data } from "../payload";
import { Card } from "../ui/card";
import { whenIdle } from "../ui/idle";
import { Drawn } from "./blocks/drawn";
import { Checked } from "./checked";
import { ModelContext, useExplainer, useModel } from "./model";

/** The verdict, and the model that answers; all else comes after the first picture. */
const FIRST = 2;

/** A model, looked at from all sides, with the model itself inside. */
export function Report({ data }: { data: Data }) {
  const model = useModel(data.model);
  const explainer = useExplainer(data.model);
  const [whole, setWhole] = useState(false);
  useEffect(() => whenIdle(() => setWhole(true)), []);
  return (
    <ModelContext.Provider value={model}>
      <ExplainerContext.Provider value={explainer}>
        <main>
          <h1>{data.title}</h1>
          {(whole ? data.sections : data.sections.slice(0, FIRST)).map((section) => (
            <Card key={section.title} title={section.title}>
              {section.blocks.map((block, n) => (
                <Drawn key={n} block={block} />
              ))}
            </Card>
          ))}
          {whole && data.measured !== "" && <Checked data={data} />}
        </main>
      </ExplainerContext.Provider>
    </ModelContext.Provider>
  );
}
