import type { BlockOf } from "../../payload";
import { SignalModel, TagModel, TextModel, TranslationModel } from "../../runtime";
import { LiveSeries } from "../live/series";
import { LiveSignal } from "../live/signal";
import { LiveTags } from "../live/tags";
import { LiveText } from "../live/text";
import { LiveTranslation } from "../live/translation";
import { type AnyModel, usePageModel } from "../model";

/** The model of the page, to be asked. */
export function Live({ example }: BlockOf<"live">) {
  const model = usePageModel();
  if (model === null)
    return <p class="quiet">This model does not run in a page; ask it as shown below.</p>;
  return <Asked model={model} example={example} />;
}

/** A model, to be asked in the way of its task. */
export function Asked({
  model,
  example,
  values,
  changed,
}: {
  model: AnyModel;
  /** A text or a sentence. */
  example: string;
  /** Of a series, or rows of a sensor; else those that the model brings. */
  values?: string | undefined;
  /** Is told what was typed, and whether that is a text or values. */
  changed?: (what: "text" | "values", typed: string) => void;
}) {
  const typed = { example, changed: changed && ((text: string) => changed("text", text)) };
  const pasted = { values, changed: changed && ((text: string) => changed("values", text)) };
  if (model instanceof TextModel) return <LiveText model={model} {...typed} />;
  if (model instanceof TagModel) return <LiveTags model={model} {...typed} />;
  if (model instanceof TranslationModel) return <LiveTranslation model={model} {...typed} />;
  if (model instanceof SignalModel) return <LiveSignal model={model} {...pasted} />;
  return <LiveSeries model={model} {...pasted} />;
}
