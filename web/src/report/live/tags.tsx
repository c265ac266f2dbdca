import { useId, useMemo, useState } from "preact/hooks";
import type { TagModel } from "../../runtime";
import { TaggedSentence } from "../blocks/tagged";

/** Type a sentence and see the tag of every word. */
export function LiveTags({ model, example }: { model: TagModel; example: string }) {
  const [text, setText] = useState(example);
  const id = useId();
  const answer = useMemo(() => model.answer(text), [model, text]);
  return (
    <div class="live">
      <label for={id}>A sentence of your own</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <div role="status">
        <TaggedSentence item={answer} />
      </div>
    </div>
  );
}
