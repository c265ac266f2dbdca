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
    <div class="live">
      <label for={id}>A sentence of your own</label>
      <textarea
        id={id}
        rows={2}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      {/* no form: a page in the frame of a notebook may not send any, and so has no such event */}
      <button
        type="button"
        class="first"
        onClick={() => setSaid(text.trim() === "" ? null : model.answer(text))}
      >
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
    </div>
  );
}
