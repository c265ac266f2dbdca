import { useId, useState } from "preact/hooks";
import type { Question as Asked } from "../read/blocks";
import { type Chosen, isMany, isRight } from "../score";
import { Inline, Prose } from "./prose";

/** The options of a question, to choose from; one, or several where several are right. */
export function Options({
  question: { options },
  chosen,
  choose,
  told,
  named,
}: {
  question: Asked;
  chosen: Chosen;
  choose: (chosen: Chosen) => void;
  /** Whether an option says if it is right, and why. */
  told: (option: number) => boolean;
  /** What is asked, for who does not see it above. */
  named: string;
}) {
  const name = useId();
  const many = isMany(options);
  return (
    <fieldset class="options">
      <legend>{many ? `${named} Choose all that are right.` : named}</legend>
      {options.map((option, n) => {
        const id = `${name}-${n}`;
        return (
          <div key={option.text} class="option">
            <label>
              <input
                type={many ? "checkbox" : "radio"}
                name={name}
                checked={chosen.includes(n)}
                aria-describedby={told(n) ? id : undefined}
                onChange={() => choose(many ? toggled(chosen, n) : [n])}
              />
              <span>
                <Inline text={option.text} />
              </span>
            </label>
            {told(n) && (
              <div id={id} class={option.right ? "reason right" : "reason"}>
                <strong>
                  {option.right ? "✓" : "✗"}
                  <span class="hidden">{option.right ? "right:" : "not right:"}</span>
                </strong>

                <Prose text={option.reason} />
              </div>
            )}
          </div>
        );
      })}
    </fieldset>
  );
}

function toggled(chosen: Chosen, n: number): Chosen {
  return chosen.includes(n) ? chosen.filter((each) => each !== n) : [...chosen, n];
}

/** One question that answers at once: the reasons of what was chosen, and when right, of all. */
export function Question({
  question,
  answer,
}: {
  question: Asked;
  answer: (right: boolean) => void;
}) {
  const [chosen, setChosen] = useState<Chosen>([]);
  const [checked, setChecked] = useState<Chosen>();
  const right = checked !== undefined && isRight(question.options, checked);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (chosen.length === 0) return;
        setChecked(chosen);
        answer(isRight(question.options, chosen));
      }}
    >
      <Prose text={question.asked} />
      <Options
        question={question}
        chosen={chosen}
        choose={(now) => {
          setChosen(now);
          setChecked(undefined);
        }}
        told={(n) => checked !== undefined && (right || checked.includes(n))}
        named="Your answer."
      />
      <p class="row">
        <button type="submit" class="first" disabled={chosen.length === 0}>
          Check
        </button>
        <span role="status">
          {checked !== undefined && (right ? "Right." : "Not yet. Read why, and choose again.")}
        </span>
      </p>
    </form>
  );
}
