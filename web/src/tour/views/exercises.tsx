import { Card } from "../../ui/card";
import type { Kept } from "../kept";
import { withDone } from "../progress";
import type { Exercise, Page, Term } from "../read/files";
import { Notes } from "./notes";
import { Prose } from "./prose";
import { Pointer } from "./shown";

/** Tasks to do; hint and answer stay closed until they are asked for. */
export function Exercises({
  page,
  terms,
  kept,
}: {
  page: Page<Exercise>;
  terms: readonly Term[] | undefined;
  kept: Kept;
}) {
  return (
    <>
      <Prose text={page.lead} />
      {page.parts.map((exercise) => (
        <Card key={exercise.id} title={exercise.title}>
          <Prose text={exercise.task} terms={terms} />
          {exercise.shown && <Pointer shown={exercise.shown} />}
          {exercise.hint !== "" && (
            <details>
              <summary>Hint</summary>
              <Prose text={exercise.hint} />
            </details>
          )}
          <details>
            <summary>Answer</summary>
            <Prose text={exercise.answer} />
          </details>
          <Done id={`exercises/${exercise.id}`} kept={kept} label="I have done this" />
        </Card>
      ))}
      <Notes place="exercises" kept={kept} />
    </>
  );
}

/** What the reader says of their own work. */
export function Done({
  id,
  kept: { progress, update },
  label,
}: {
  id: string;
  kept: Kept;
  label: string;
}) {
  return (
    <p>
      <label>
        <input
          type="checkbox"
          checked={progress.done.includes(id)}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            update((before) => withDone(before, id, checked));
          }}
        />
        {label}
      </label>
    </p>
  );
}
