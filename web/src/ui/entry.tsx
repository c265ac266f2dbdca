import { useId, useState } from "preact/hooks";

/** One line of text. While it is written in, it is what was written, also where that is nothing. */
export function Entry({
  label,
  value,
  onInput,
}: {
  label: string;
  value: string;
  onInput: (value: string) => void;
}) {
  const id = useId();
  const [draft, setDraft] = useState<string>();
  return (
    <p class="entry">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        value={draft ?? value}
        onInput={(event) => {
          setDraft(event.currentTarget.value);
          onInput(event.currentTarget.value);
        }}
        onBlur={() => setDraft(undefined)}
      />
    </p>
  );
}
