import { useMemo } from "preact/hooks";
import { CurveChart } from "../../report/blocks/curve";
import { type ClassAnswer, inWords, Reading, type TextModel, type TextStep } from "../../runtime";
import { Heat } from "../../ui/heat";
import { digits } from "../../ui/numbers";
import { aligned, farthest, halfApart } from "./aligned";

/** An earlier text beside the present one: answers, trajectories, and how far states are apart. */
export function Beside({
  model,
  was,
  text,
  steps,
  answer,
}: {
  model: TextModel;
  was: string;
  text: string;
  /** Of the present text. */
  steps: readonly TextStep[];
  answer: ClassAnswer;
}) {
  const before = useMemo(() => new Reading(model).say(was), [model, was]);
  const words = (of: readonly TextStep[]) => of.map(({ word }) => word);
  const pairs = useMemo(() => aligned(words(before.steps), words(steps)), [before, steps]);
  const apart = pairs.map(([a, b]) => halfApart(before.steps[a]!.state, steps[b]!.state));
  const same = new Map(pairs.map(([a, b]) => [b, before.steps[a]!.word]));
  // of the present answer, or of the first class where a model says none
  const followed = answer.label ?? model.classes[0]!;
  const line = (name: string, of: readonly TextStep[]) => ({
    name,
    x: of.map((_, t) => t + 1),
    y: of.map(({ probabilities }) => probabilities[followed]!),
    low: null,
    high: null,
  });
  const last = pairs.at(-1);
  const end =
    last === undefined ? 0 : farthest(before.steps[last[0]]!.state, steps[last[1]]!.state);
  return (
    <>
      <div class="grid">
        <div>
          <h3>Kept</h3>
          <p>{was}</p>
          <Said answer={before.answer} />
        </div>
        <div>
          <h3>Now</h3>
          <p>
            {steps.map(({ word }, n) =>
              same.get(n) === word ? `${word} ` : [<mark key={n}>{word}</mark>, " "],
            )}
          </p>
          <Said answer={answer} />
        </div>
      </div>
      {text === was ? (
        <p class="quiet">Both are the same yet: change a word above.</p>
      ) : (
        <>
          <CurveChart
            kind="curve"
            x="words read"
            y={`probability of ${followed}`}
            lines={[line("now", steps), line("kept", before.steps)]}
            logarithmic={false}
            diagonal={false}
            caption=""
          />
          {(apart[0]?.length ?? 0) > 0 && (
            <figure>
              <Heat
                columns={apart}
                said={`difference of ${apart[0]?.length} units after each of ${apart.length} words`}
              />
              <figcaption>
                By how much the states differ, now less kept: full colour is 2, the most there can
                be. After the last word the unit that differs most is {digits(end)} apart.
              </figcaption>
            </figure>
          )}
        </>
      )}
    </>
  );
}

function Said({ answer }: { answer: ClassAnswer }) {
  return (
    <p>
      <b>{inWords(answer)}</b>, {(100 * answer.probability).toFixed(1)} %
    </p>
  );
}
