/** Explains texts beside the page, so that typing never waits: a model first, then texts. */

import { type Packed, TextModel, unpacked } from "../runtime";

/** Steps that all orders together may read: a fraction of a second on a phone. */
const READ_STEPS = 60_000;

let model: TextModel | undefined;

self.onmessage = ({
  data,
}: MessageEvent<{ packed: Packed } | { number: number; text: string }>) => {
  if ("packed" in data) {
    model = new TextModel(unpacked(data.packed));
    return;
  }
  const words = model?.words(data.text).length ?? 0;
  if (model === undefined || words === 0) return;
  const orders = 2 * Math.max(2, Math.min(32, Math.floor(READ_STEPS / words ** 2)));
  const { values } = model.shares(data.text, orders);
  self.postMessage({ number: data.number, values });
};
