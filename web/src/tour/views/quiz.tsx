import { useRef, useState } from "preact/hooks";
import { Card } from "../../ui/card";
import type { Kept } from "../kept";
import { type Score, withScore } from "../progress";
import type { Asked, Page } from "../read/files";
import { type Chosen, isRight, scoreOf } from "../score";
import { Prose } from "./prose";
import { Options } from "./question";
import { Pointer } from "./shown";

/** All questions at once; then the score, and of each option the reason. */
export function Quiz({ page, kept: { progress, update } }: { page: Page<Asked>; kept: Kept }) {
  const [chosen, setChosen] = useState<readonly Chosen[]>([]);
  const [score, setScore] = useState<Score>();
  const result = useRef<HTMLParagraphElement>(null);
  const open = page.parts.filter((_, n) => (chosen[n] ?? []).length === 0).length;
  const before = score === undefined ? progress.quiz : progress.quiz.slice(0, -1);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        // a form is also sent by Enter on any of its answers
        if (open > 0 || score !== undefined) return;
        const reached = scoreOf(page.parts, chosen);
        setScore(reached);
        update((before) => withScore(before, reached));
        result.current?.focus();
      }}
    >
      <Prose text={page.lead} />
      <p ref={result} tabIndex={-1} role="status" class="lead">
        {score !== undefined && `${score.right} of ${score.of} right. The reasons stand below.`}
      </p>
      {before.length > 0 && (
        <p class="quiet">
          Before: {before.map(({ right, of }) => `${right} of ${of}`).join(", ")}.
        </p>
      )}
      {page.parts.map((asked, n) => (
        <Card key={asked.id} title={`${n + 1}. ${asked.title}`}>
          <Prose text={asked.asked} />
          {score !== undefined && (
            <p>
              <strong>
                {isRight(asked.options, chosen[n] ?? []) ? "✓ You were right." : "✗ You were not."}
              </strong>
            </p>
          )}
          <Options
            question={asked}
            chosen={chosen[n] ?? []}
            choose={(now) => {
              if (score !== undefined) return;
              setChosen(page.parts.map((_, other) => (other === n ? now : (chosen[other] ?? []))));
            }}
            told={() => score !== undefined}
            named="Your answer."
          />
          {score !== undefined && asked.shown && <Pointer shown={asked.shown} />}
        </Card>
      ))}
      <p class="row">
        {score === undefined ? (
          <>
            <button type="submit" class="first" disabled={open > 0}>
              Check my answers
            </button>
            <span class="quiet" role="status">
              {open > 0 && `${open} without an answer`}
            </span>
          </>
        ) : (
          <button
            type="button"
            onClick={() => {
              setScore(undefined);
              setChosen([]);
              result.current?.focus();
            }}
          >
            Once more
          </button>
        )}
      </p>
    </form>
  );
}
