import { useMemo } from "preact/hooks";
import { useShares } from "../../asking/shares";
import type { BlockOf, TextItem } from "../../payload";
import { TextModel } from "../../runtime";
import { ColouredWords, ColourKey } from "../../ui/words";
import { usePageModel } from "../model";

/** Texts with what was answered; the model inside the page colours their words, one by one. */
export function ColouredTexts({ items }: BlockOf<"texts">) {
  const model = usePageModel();
  return (
    <>
      {model instanceof TextModel && (
        <ColourKey
          answer={model.decision.kind === "multilabel" ? "its most probable label" : "the answer"}
        />
      )}
      <ol class="texts">
        {items.map((item) => (
          <li key={item.where + item.text}>
            <p>
              <b>{item.truth}</b>, answered {item.label === item.truth ? "so" : <b>{item.label}</b>}{" "}
              with {(100 * item.probability).toFixed(0)} % <span class="quiet">{item.where}</span>
            </p>
            {model instanceof TextModel ? (
              <Coloured item={item} model={model} />
            ) : (
              <p>{item.text}</p>
            )}
          </li>
        ))}
      </ol>
    </>
  );
}

function Coloured({ item, model }: { item: TextItem; model: TextModel }) {
  const words = useMemo(() => model.words(item.text), [model, item]);
  const values = useShares(item.text, words.length);
  return <ColouredWords words={words} values={values} />;
}
