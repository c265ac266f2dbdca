import { InputError } from "./errors";
import { type Packed, unpacked } from "./saved";
import { SeriesModel } from "./series/model";
import { SignalModel } from "./signals/model";
import { TagModel } from "./tags/model";
import { TextModel } from "./text/model";
import { TranslationModel } from "./translation/model";

/** The model of each task, by the name that `Packed.task` has. */
export type Model =
  | { task: "classify"; model: TextModel }
  | { task: "tag"; model: TagModel }
  | { task: "forecast"; model: SeriesModel }
  | { task: "signal"; model: SignalModel }
  | { task: "translate"; model: TranslationModel };

/** Return a packed model, ready to answer, under the name of its task. */
export function modelOf(packed: Packed): Model {
  const saved = unpacked(packed);
  switch (saved.task) {
    case "classify":
      return { task: saved.task, model: new TextModel(saved) };
    case "tag":
      return { task: saved.task, model: new TagModel(saved) };
    case "forecast":
      return { task: saved.task, model: new SeriesModel(saved) };
    case "signal":
      return { task: saved.task, model: new SignalModel(saved) };
    case "translate":
      return { task: saved.task, model: new TranslationModel(saved) };
    default:
      throw new InputError(`a page has no runtime for the task "${saved.task}"`);
  }
}
