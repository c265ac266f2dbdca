import { useRef, useState } from "preact/hooks";
import { fixed } from "./numbers";
import "./dragged.css";

/** Pixels after which a finger that moves is one that drags. */
const SLACK = 4;

/** A number that is dragged sideways, typed, or moved by the arrow keys (Page Up, ten steps). */
export function Dragged({
  label,
  value,
  onInput,
  min = -10,
  max = 10,
  step = 0.05,
}: {
  label: string;
  value: number;
  onInput: (value: number) => void;
  min?: number;
  max?: number;
  step?: number;
}) {
  const [typed, setTyped] = useState<string>();
  const held = useRef<{ x: number; value: number; moved: boolean } | undefined>(undefined);
  const put = (wanted: number) => {
    const whole = Math.round(Math.min(max, Math.max(min, wanted)) * 1000) / 1000;
    if (Number.isFinite(whole) && whole !== value) onInput(whole);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    setTyped(undefined);
    put(value + by * step);
  };
  const onPointerMove = (event: PointerEvent & { currentTarget: HTMLInputElement }) => {
    const from = held.current;
    if (from === undefined) return;
    const by = event.clientX - from.x;
    if (!from.moved && Math.abs(by) < SLACK) return;
    from.moved = true;
    event.preventDefault();
    event.currentTarget.setPointerCapture(event.pointerId);
    setTyped(undefined);
    put(from.value + Math.round(by / SLACK) * step);
  };
  return (
    <input
      type="text"
      class="dragged"
      role="spinbutton"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={min}
      aria-valuemax={max}
      autocomplete="off"
      value={typed ?? fixed(value, 2)}
      onInput={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        if (text.trim() !== "") put(Number(text.replace(",", ".").replace("−", "-")));
      }}
      onBlur={() => setTyped(undefined)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        held.current = { x: event.clientX, value, moved: false };
      }}
      onPointerMove={onPointerMove}
      onPointerUp={() => {
        held.current = undefined;
      }}
      onPointerCancel={() => {
        held.current = undefined;
      }}
    />
  );
}
