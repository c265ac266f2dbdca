import { useEffect, useState } from "preact/hooks";
import type { Settings } from "../address";
import { STAGES } from "./stages";
import type { CellState } from "./state";

/** Long enough to see what moved. */
const STAGE_MS = 1100;

/** Play, pause, and one stage further or back: a step of time as a moving picture. */
export function Player({ cell, change }: { cell: CellState; change: (some: Settings) => void }) {
  const [playing, setPlaying] = useState(false);
  const stages = STAGES[cell.weights.kind];
  const last = stages.length - 1;
  const atEnd = cell.t === cell.x.length - 1 && cell.stage === last;
  const go = (t: number, stage: number) => change({ t: String(t), stage: String(stage) });
  const next = () => {
    if (!cell.going || (cell.stage === last && atEnd)) go(cell.going ? 0 : cell.t, 0);
    else if (cell.stage < last) go(cell.t, cell.stage + 1);
    else go(cell.t + 1, 0);
  };
  const back = () => {
    if (cell.stage > 0) go(cell.t, cell.stage - 1);
    else if (cell.t > 0) go(cell.t - 1, last);
  };
  useEffect(() => {
    if (!playing) return;
    if (cell.going && atEnd) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(next, cell.going ? STAGE_MS : 0);
    return () => clearTimeout(timer);
  }, [playing, cell.t, cell.stage, cell.going]);
  const play = () => {
    if (!playing && cell.going && atEnd) go(0, 0);
    setPlaying(!playing);
  };
  const stage = stages[cell.stage]!;
  return (
    <div class="player not-printed">
      <fieldset class="choice">
        <legend>time</legend>
        <button type="button" class="first" onClick={play}>
          {playing ? "Pause" : "Play"}
        </button>
        <button
          type="button"
          onClick={back}
          disabled={playing || (cell.t === 0 && cell.stage === 0)}
        >
          Back
        </button>
        <button type="button" onClick={next} disabled={playing}>
          Next
        </button>
        <button
          type="button"
          onClick={() => change({ stage: undefined })}
          disabled={playing || !cell.going}
        >
          Whole step
        </button>
        <span class="quiet">
          step {cell.t + 1} of {cell.x.length}
        </span>
      </fieldset>
      {/* who listens hears each stage while going by hand, and nothing while it plays by itself */}
      <p class="now" aria-live={playing ? "off" : "polite"}>
        <strong>{cell.going ? `${cell.stage + 1}. ${stage.name}` : "The whole step"}</strong>
        {": "}
        {cell.going ? stage.said : `all at once, from left to right and from top to bottom`}.
      </p>
    </div>
  );
}
