import { digits } from "./numbers";

/** Words on a ground that says how much each speaks for the answer, or against it. */
export function ColouredWords({
  words,
  values,
  marked,
  onPoint,
}: {
  words: readonly string[];
  /** One a word, or none yet. */
  values: ArrayLike<number> | null;
  marked?: number | undefined;
  onPoint?: (word: number | undefined) => void;
}) {
  let largest = 1e-9;
  for (let n = 0; n < (values?.length ?? 0); n++)
    largest = Math.max(largest, Math.abs(values?.[n] ?? 0));
  return (
    <p class="words" onPointerLeave={() => onPoint?.(undefined)}>
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
            onPointerEnter={() => onPoint?.(n)}
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
