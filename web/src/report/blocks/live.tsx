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
  changed,
}: {
  model: AnyModel;
  example: string;
  /** Is told what was typed, of texts and sentences. */
  changed?: (text: string) => void;
}) {
  const typed = { example, changed };
  if (model instanceof TextModel) return <LiveText model={model} {...typed} />;
  if (model instanceof TagModel) return <LiveTags model={model} {...typed} />;
  if (model instanceof TranslationModel) return <LiveTranslation model={model} {...typed} />;
  if (model instanceof SignalModel) return <LiveSignal model={model} />;
  return <LiveSeries model={model} />;
}
