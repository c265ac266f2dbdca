import { useId, useState } from "preact/hooks";
import type { Translation, TranslationModel } from "../../runtime";
import { AttentionMap } from "../blocks/attention";
import { useTyped } from "./typed";

/** Type a sentence, and see its translation and where each piece of it looks. */
export function LiveTranslation({
  model,
  example,
  changed,
}: {
  model: TranslationModel;
  example: string;
  /** Is told what was typed. */
  changed?: ((text: string) => void) | undefined;
}) {
  const [text, write] = useTyped(example, changed);
  const [said, setSaid] = useState<Translation | null>(null);
  const id = useId();
  return (
    <form
      class="live"
      onSubmit={(event) => {
        event.preventDefault();
        setSaid(model.answer(text));
      }}
    >
      <label for={id}>A sentence of your own</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <button type="submit" class="first">
        Translate
      </button>
      <p role="status" class="answer">
        {said?.text}
      </p>
      {said !== null && (
        <AttentionMap
          kind="attention"
          source={said.source}
          target={said.target}
          weights={said.attention.map((row) => [...row])}
        />
      )}
    </form>
  );
}
