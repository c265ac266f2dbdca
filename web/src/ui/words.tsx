import { useId } from "preact/hooks";
import { digits } from "./numbers";

/** By how many words a key moves. */
const MOVES: Record<string, number> = { ArrowLeft: -1, ArrowUp: -1, ArrowRight: 1, ArrowDown: 1 };

/**
 * Words on a ground that says how much each speaks for the answer, or against it.
 *
 * With `onPoint` a word can be pointed at, or reached by the arrows, Home and End.
 */
export function ColouredWords({
  words,
  values,
  marked,
  onPoint,
  label = "words",
}: {
  words: readonly string[];
  /** One a word, or none yet. */
  values: ArrayLike<number> | null;
  marked?: number | undefined;
  onPoint?: (word: number | undefined) => void;
  /** What they are, where they can be pointed at. */
  label?: string;
}) {
  const id = useId();
  let largest = 1e-9;
  for (let n = 0; n < (values?.length ?? 0); n++)
    largest = Math.max(largest, Math.abs(values?.[n] ?? 0));
  const last = words.length - 1;
  const onKeyDown = (event: KeyboardEvent) => {
    const by = MOVES[event.key];
    const to =
      by !== undefined
        ? Math.min(Math.max((marked ?? (by > 0 ? -1 : words.length)) + by, 0), last)
        : { Home: 0, End: last, Escape: undefined }[event.key];
    if (by === undefined && !/^(Home|End|Escape)$/.test(event.key)) return;
    event.preventDefault();
    onPoint?.(to);
  };
  const reached = onPoint !== undefined &&
    words.length > 0 && {
      role: "listbox" as const,
      "aria-label": label,
      "aria-orientation": "horizontal" as const,
      "aria-activedescendant": marked === undefined ? undefined : `${id}-${marked}`,
      tabIndex: 0,
      onKeyDown,
      onPointerLeave: () => onPoint(undefined),
      onBlur: () => onPoint(undefined),
    };
  return (
    <p class="words" {...reached}>
      {words.map((word, n) => {
        const value = values?.[n] ?? 0;
        const side = value < 0 ? "var(--against-ground)" : "var(--for-ground)";
        const strength = Math.round((100 * Math.abs(value)) / largest);
        return (
          <span
            key={n}
            class={marked === n ? "marked" : undefined}
            style={{ background: `color-mix(in srgb, ${side} ${strength}%, transparent)` }}
            title={values === null ? undefined : `${value < 0 ? "" : "+"}${digits(value)}`}
            {...(reached && {
              id: `${id}-${n}`,
              role: "option" as const,
              "aria-selected": marked === n,
              onPointerEnter: () => onPoint?.(n),
            })}
          >
            {word}
          </span>
        );
      })}
    </p>
  );
}

/** What the colours of words mean. */
export function ColourKey({ answer }: { answer: string }) {
  return (
    <p class="quiet">
      <span class="swatch for" /> speaks for {answer} <span class="swatch against" /> speaks against
    </p>
  );
}
