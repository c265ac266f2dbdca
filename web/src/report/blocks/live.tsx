import type { BlockOf } from "../../payload";
import { SeriesModel, SignalModel, TagModel, TextModel, TranslationModel } from "../../runtime";
import { LiveSeries } from "../live/series";
import { LiveSignal } from "../live/signal";
import { LiveTags } from "../live/tags";
import { LiveText } from "../live/text";
import { LiveTranslation } from "../live/translation";
import { usePageModel } from "../model";

/** The model itself, to be asked in the page. */
export function Live({ example }: BlockOf<"live">) {
  const model = usePageModel();
  if (model instanceof TextModel) return <LiveText model={model} example={example} />;
  if (model instanceof TagModel) return <LiveTags model={model} example={example} />;
  if (model instanceof SeriesModel) return <LiveSeries model={model} />;
  if (model instanceof SignalModel) return <LiveSignal model={model} />;
  if (model instanceof TranslationModel) return <LiveTranslation model={model} example={example} />;
  return <p class="quiet">This model does not run in a page; ask it as shown below.</p>;
}
