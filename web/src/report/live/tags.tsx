import { useId, useMemo, useState } from "preact/hooks";
import type { TagModel } from "../../runtime";
import { Heat } from "../../ui/heat";
import { TaggedSentence } from "../blocks/tagged";
import { useTyped } from "./typed";

/** Type a sentence and see the tag of every word, how sure it is, and the state behind it. */
export function LiveTags({
  model,
  example,
  changed,
}: {
  model: TagModel;
  example: string;
  /** Is told what was typed. */
  changed?: ((text: string) => void) | undefined;
}) {
  const [text, write] = useTyped(example, changed);
  const [pointed, setPointed] = useState<number | undefined>();
  const id = useId();
  const answer = useMemo(() => model.answer(text), [model, text]);
  const columns = useMemo(() => {
    const states = model.states(answer.words);
    const units = states.length / Math.max(answer.words.length, 1);
    return answer.words.map((_, n) => states.slice(n * units, (n + 1) * units));
  }, [model, answer]);
  return (
    <div class="live">
      <label for={id}>A sentence of your own</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <div role="status">
        <TaggedSentence item={answer} />
      </div>
      {(columns[0]?.length ?? 0) > 0 && (
        <figure>
          <Heat
            columns={columns}
            said={`state of ${columns[0]?.length} units after each of ${columns.length} words`}
            marked={pointed}
            onPoint={setPointed}
          />
          <figcaption>
            {pointed === undefined
              ? "The state: a column a word, a row a unit; orange is below 0, blue above."
              : `at “${answer.words[pointed]}”`}
          </figcaption>
        </figure>
      )}
    </div>
  );
}
