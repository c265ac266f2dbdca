import { useId, useMemo, useState } from "preact/hooks";
import { useShares } from "../../asking/shares";
import type { TextModel } from "../../runtime";
import { Heat } from "../../ui/heat";
import { ColouredWords, ColourKey } from "../../ui/words";
import { Bars } from "./bars";
import { useTyped } from "./typed";

const MOST_WORDS = 400;
/** After the last key, before words are coloured. */
const PAUSE_MS = 120;

/** Type, and see the answer, what each word adds, and the hidden state as it moves. */
export function LiveText({
  model,
  example,
  changed,
}: {
  model: TextModel;
  example: string;
  /** Is told what was typed. */
  changed?: ((text: string) => void) | undefined;
}) {
  const [text, write] = useTyped(example, changed);
  const [pointed, setPointed] = useState<number | undefined>();
  const id = useId();
  const read = useMemo(() => model.trajectory(text).slice(0, MOST_WORDS), [model, text]);
  const answer = useMemo(() => model.answer(text), [model, text]);
  const shown = pointed === undefined ? undefined : read[pointed];
  const probabilities = shown?.probabilities ?? answer.probabilities;
  const words = read.map((step) => step.word);
  const shares = useShares(text, words.length, PAUSE_MS);
  return (
    <div class="live">
      <label for={id}>A text of your own</label>
      <textarea
        id={id}
        rows={3}
        value={text}
        onInput={(event) => write(event.currentTarget.value)}
      />
      <p class="answer" role="status">
        <b>{shown === undefined ? (answer.label ?? "don't know") : `after “${shown.word}”`}</b>
      </p>
      <Bars probabilities={probabilities} />
      <ColourKey answer={answer.label ?? "the answer"} />
      <ColouredWords
        words={words}
        values={shares}
        marked={pointed}
        onPoint={(word) => setPointed(word)}
      />
      {read.length > 0 && (read[0]?.state.length ?? 0) > 0 && (
        <figure>
          <Heat
            columns={read.map((step) => step.state)}
            said={`hidden state of ${read[0]?.state.length} units after each of ${read.length} words`}
            marked={pointed}
            onPoint={(word) => setPointed(word)}
          />
          <figcaption>
            The hidden state: a column a word, a row a unit; orange is below 0, blue above. Point at
            a word to see the answer as it was after it.
          </figcaption>
        </figure>
      )}
    </div>
  );
}
