import { useId, useMemo, useState } from "preact/hooks";
import { useShares } from "../../asking/shares";
import { type ClassAnswer, inWords, type TextModel } from "../../runtime";
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
  const all = useMemo(() => model.trajectory(text), [model, text]);
  const read = all.slice(0, MOST_WORDS);
  const answer = useMemo(() => model.answer(text), [model, text]);
  const shown = pointed === undefined ? undefined : read[pointed];
  const probabilities = shown?.probabilities ?? answer.probabilities;
  const words = read.map((step) => step.word);
  const shares = useShares(text, all.length, PAUSE_MS);
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
        <b>{shown === undefined ? inWords(answer) : `after “${shown.word}”`}</b>
      </p>
      <Bars probabilities={probabilities} />
      {all.some(({ known }) => known) ? (
        <ColourKey answer={explained(answer)} />
      ) : (
        <p class="quiet">
          {all.length === 0 ? "There is nothing to read" : "It knows none of these words"}: these
          are the shares of the classes in training.
        </p>
      )}
      <ColouredWords
        words={words}
        values={shares}
        marked={pointed}
        onPoint={(word) => setPointed(word)}
      />
      {all.length > read.length && (
        <p class="quiet">
          The first {MOST_WORDS} of {all.length.toLocaleString("en")} words are drawn; the answer is
          that of all.
        </p>
      )}
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

/** What words speak for: of several labels the most probable one. */
function explained({ label, labels, probabilities }: ClassAnswer): string {
  if (labels === undefined) return label ?? "the answer";
  return Object.entries(probabilities).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
