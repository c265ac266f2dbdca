import { useId, useState } from "preact/hooks";
import type { Translation, TranslationModel } from "../../runtime";
import { AttentionMap } from "../blocks/attention";

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
  const [text, setText] = useState(example);
  const [said, setSaid] = useState<Translation | null>(null);
  const id = useId();
  return (
    <form
      class="live"
      onSubmit={(event) => {
        event.preventDefault();
        setSaid(text.trim() === "" ? null : model.answer(text));
      }}
    >
      <label for={id}>A sentence of your own</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => {
          setText(event.currentTarget.value);
          changed?.(event.currentTarget.value);
        }}
      />
      <button type="submit" class="first">
        Translate
      </button>
      <p role="status" class="answer">
        {said === null ? "" : said.text || "(nothing)"}
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
