import { ExplainerContext } from "../asking/shares";
import type { Report as Data } from "../payload";
import { Card } from "../ui/card";
import { Drawn } from "./blocks/drawn";
import { Checked } from "./checked";
import { ModelContext, useExplainer, useModel } from "./model";

/** A model, looked at from all sides, with the model itself inside. */
export function Report({ data }: { data: Data }) {
  const model = useModel(data.model);
  const explainer = useExplainer(data.model);
  return (
    <ModelContext.Provider value={model}>
      <ExplainerContext.Provider value={explainer}>
        <main>
          <h1>{data.title}</h1>
          {data.sections.map((section) => (
            <Card key={section.title} title={section.title}>
              {section.blocks.map((block, n) => (
                <Drawn key={n} block={block} />
              ))}
            </Card>
          ))}
          {data.measured !== "" && <Checked data={data} />}
        </main>
      </ExplainerContext.Provider>
    </ModelContext.Provider>
  );
}
