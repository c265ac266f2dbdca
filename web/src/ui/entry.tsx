import { useEffect, useId, useRef, useState } from "preact/hooks";

/** One line of text; while it is empty, what it stands for stays as it began. */
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
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    // the value comes back as it was sent, or is another one, as from an address
    if (value !== sent.current && text !== "") setText(value);
    sent.current = value;
  }, [value, text]);
  return (
    <p class="entry">
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        value={text}
        onInput={(event) => {
          const written = event.currentTarget.value;
          setText(written);
          sent.current = written;
          onInput(written);
        }}
      />
    </p>
  );
}
