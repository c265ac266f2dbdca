import { useId, useMemo, useState } from "preact/hooks";
import { MOST_WORDS, useShares } from "../../asking/shares";
import { Bars } from "../../report/live/bars";
import { inWords, Reading, type TextModel } from "../../runtime";
import { Card } from "../../ui/card";
import { Heat } from "../../ui/heat";
import { digits } from "../../ui/numbers";
import { ColouredWords, ColourKey } from "../../ui/words";
import type { Settings } from "../address";
import type { ExperimentProps } from "../experiment";
import { Explained } from "../explained";
import { WithModel } from "../model-choice";
import { Play } from "../play";
import { wholeIn } from "../settings";
import { Beside } from "./beside";
import { Pooled } from "./pooled";
import "./watch.css";

const EXAMPLE = "I expected to hate the film, but I came to love it.";
const OTHERS = [
  "I expected to love the film, but I came to hate it.",
  "Not surprisingly, the plot was dull.",
  "Surprisingly, the plot was not dull.",
];
const MOST_LETTERS = 4000;
/** After the last key, before words are coloured. */
const PAUSE_MS = 120;
const NOTHING: readonly number[] = [];

/** Type, and watch the state grow word by word; change a word, and see what it did to the rest. */
export function WatchExperiment({ settings, change, models }: ExperimentProps) {
  return (
    <WithModel task="classify" settings={settings} change={change} models={models}>
      {(model, offered) => (
        <Explained offered={offered}>
          <div class="lab-watch">
            <Watched model={model} settings={settings} change={change} />
          </div>
        </Explained>
      )}
    </WithModel>
  );
}

function Watched({
  model,
  settings,
  change,
}: {
  model: TextModel;
  settings: Settings;
  change: (some: Settings) => void;
}) {
  const text = (settings.text ?? EXAMPLE).slice(0, MOST_LETTERS);
  const was = settings.was;
  const id = useId();
  const reading = useMemo(() => new Reading(model), [model]);
  const { steps, answer } = useMemo(() => reading.say(text), [reading, text]);
  const words = steps.map(({ word }) => word);
  const T = words.length;
  const at = wholeIn(settings, "at", { min: 0, max: T, otherwise: T });
  const [pointed, setPointed] = useState<number | undefined>();
  const shares = useShares(text, T, PAUSE_MS);
  const shown = pointed ?? (at < T ? at - 1 : undefined);
  const step = shown === undefined ? undefined : steps[shown];
  const said = inWords(answer);
  const units = steps[0]?.state.length ?? 0;
  const columns = useMemo(
    () => steps.map(({ state }, t) => (t < at ? state : NOTHING)),
    [steps, at],
  );
  const gone = useMemo(() => steps.slice(0, Math.max(at, 1)), [steps, at]);
  const write = (next: string) => change({ text: next, at: undefined });
  return (
    <>
      <Card title="The text">
        <label for={id}>Type, or change a word</label>
        <textarea
          id={id}
          rows={3}
          maxLength={MOST_LETTERS}
          value={text}
          onInput={(event) => write(event.currentTarget.value)}
        />
        <fieldset class="choice not-printed">
          <legend>try</legend>
          {[EXAMPLE, ...OTHERS].map((each) => (
            <button
              key={each}
              type="button"
              class="sentence"
              aria-pressed={each === text}
              onClick={() => write(each)}
            >
              {each}
            </button>
          ))}
        </fieldset>
        <Play
          label="words read"
          at={at}
          last={T}
          shown={(place) => `${place} of ${T}`}
          onMove={(place) => change({ at: place === T ? undefined : String(place) })}
        />
        <p class="answer" role="status">
          {at === 0 && pointed === undefined ? (
            "nothing read yet"
          ) : step === undefined ? (
            <>
              <b>{said}</b>, after all {T} words
            </>
          ) : (
            <>
              <b>{likeliest(step.probabilities)}</b>, after “{step.word}”
            </>
          )}
        </p>
        <Bars probabilities={step?.probabilities ?? answer.probabilities} />
        <ColourKey answer={said} />
        <ColouredWords
          words={words}
          values={shares}
          marked={shown}
          onPoint={setPointed}
          label="the words, and what each adds to the answer"
        />
        <p class="word-said" aria-live="polite">
          {step === undefined || shown === undefined
            ? "Point at a word, or go through them with the arrow keys: what the present answer owes it."
            : `“${step.word}”${step.known ? "" : ", a word the model does not know,"} ${T > MOST_WORDS ? `is not weighed: a text of ${T} words is too long for that` : owes(shares?.[shown], said)}.`}
        </p>
      </Card>
      {units > 0 && (
        <Card
          title="The state"
          lead="A column a word, a row a unit; orange is below 0, blue above."
        >
          <Heat
            columns={columns}
            said={`state of ${units} units after each of ${at} words`}
            marked={shown}
            onPoint={(word) => setPointed(word === undefined || word < at ? word : undefined)}
          />
          {T > 0 && (
            <>
              <h3>What of it becomes the answer</h3>
              <Pooled steps={gone} reads={model.network.spec.pools} />
            </>
          )}
        </Card>
      )}
      <Card
        title="A word changed"
        lead="Keep the text as it is now, then change a word above: both stand beside each other here."
      >
        <p class="row not-printed">
          <button type="button" class="first" onClick={() => change({ was: text })}>
            Keep this text
          </button>
          {was !== undefined && (
            <>
              <button type="button" onClick={() => change({ text: was, was: text, at: undefined })}>
                Exchange the two
              </button>
              <button type="button" onClick={() => change({ was: undefined })}>
                Forget it
              </button>
            </>
          )}
        </p>
        {was !== undefined && (
          <Beside model={model} was={was} steps={steps} answer={answer} text={text} />
        )}
      </Card>
    </>
  );
}

/** What an answer owes a word, as a clause. */
function owes(share: number | undefined, answer: string): string {
  if (share === undefined) return "is being weighed";
  const side = share < 0 ? "speaks against" : "speaks for";
  return `${side} “${answer}” by ${digits(Math.abs(share))} in log-odds`;
}

function likeliest(probabilities: Readonly<Record<string, number>>): string {
  return Object.entries(probabilities).reduce((a, b) => (b[1] > a[1] ? b : a))[0];
}
