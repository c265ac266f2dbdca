import { useRef } from "preact/hooks";
import { Slider } from "../../ui/slider";

type Span = readonly [start: number, end: number];

/** Chooses some neighbouring words: by dragging over them, or with a slider for either end. */
export function SpanChoice({
  words,
  span: [start, end],
  onChange,
}: {
  words: readonly string[];
  /** The first, and the one after the last. */
  span: Span;
  onChange: (span: Span) => void;
}) {
  const held = useRef<number | undefined>(undefined);
  const reach = (n: number) => {
    const from = held.current ?? n;
    onChange([Math.min(from, n), Math.max(from, n) + 1]);
  };
  const named = (n: number) => `${n}: ${words[n - 1] ?? ""}`;
  return (
    <>
      <p
        class="words span"
        onPointerLeave={() => {
          held.current = undefined;
        }}
        onPointerUp={() => {
          held.current = undefined;
        }}
      >
        {words.map((word, n) => (
          <span
            key={n}
            class={n >= start && n < end ? "chosen" : undefined}
            onPointerDown={(event) => {
              event.preventDefault();
              held.current = n;
              reach(n);
            }}
            onPointerEnter={() => held.current !== undefined && reach(n)}
          >
            {word}
          </span>
        ))}
      </p>
      {words.length > 0 && (
        <div class="ends">
          <Slider
            label="first word"
            value={start + 1}
            min={1}
            max={words.length}
            step={1}
            shown={named}
            onInput={(n) => onChange([n - 1, Math.max(end, n)])}
          />
          <Slider
            label="last word"
            value={end}
            min={1}
            max={words.length}
            step={1}
            shown={named}
            onInput={(n) => onChange([Math.min(start, n - 1), n])}
          />
        </div>
      )}
    </>
  );
}
