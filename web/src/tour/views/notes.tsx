import { useId } from "preact/hooks";
import type { Kept } from "../kept";
import { withNote } from "../progress";

/** What the reader writes down at one place. */
export function Notes({
  place,
  kept: { progress, update, lasting },
}: {
  place: string;
  kept: Kept;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>
        <label for={id}>Your notes</label>
      </h2>
      <textarea
        id={id}
        rows={4}
        aria-describedby={`${id}-where`}
        value={progress.notes[place] ?? ""}
        onInput={(event) => {
          const text = event.currentTarget.value;
          update((before) => withNote(before, place, text));
        }}
      />
      <p id={`${id}-where`} class="quiet">
        {lasting
          ? "Kept in this browser alone, as you write."
          : "This browser keeps nothing here: export your notes from the overview before you leave."}
      </p>
    </section>
  );
}
