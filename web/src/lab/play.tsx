import { useEffect, useState } from "preact/hooks";
import { Slider } from "../ui/slider";

/** Time to see what a word did. */
const WORD_MS = 600;

/** Play, pause, and a step further or back, through places 0 to `last`. */
export function Play({
  label,
  at,
  last,
  onMove,
  shown,
}: {
  /** What a place is, as "words read". */
  label: string;
  at: number;
  last: number;
  onMove: (at: number) => void;
  shown: (at: number) => string;
}) {
  const [playing, setPlaying] = useState(false);
  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onMove(at + 1), WORD_MS);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  const play = () => {
    if (!playing && at >= last) onMove(0);
    setPlaying(!playing);
  };
  return (
    <div class="play not-printed">
      <button type="button" class="first" disabled={last === 0} onClick={play}>
        {playing ? "Pause" : "Play"}
      </button>
      <button type="button" disabled={playing || at <= 0} onClick={() => onMove(at - 1)}>
        Back
      </button>
      <button type="button" disabled={playing || at >= last} onClick={() => onMove(at + 1)}>
        Step
      </button>
      <Slider label={label} value={at} min={0} max={last} step={1} shown={shown} onInput={onMove} />
    </div>
  );
}
