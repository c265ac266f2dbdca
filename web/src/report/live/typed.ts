import { useEffect, useState } from "preact/hooks";

/** What is typed, from an example on; another example, as of another address, takes its place. */
export function useTyped(
  example: string,
  changed?: ((text: string) => void) | undefined,
): [text: string, write: (text: string) => void] {
  const [text, setText] = useState(example);
  useEffect(() => setText(example), [example]);
  const write = (next: string) => {
    setText(next);
    changed?.(next);
  };
  return [text, write];
}
