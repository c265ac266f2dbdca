import { type StartName, startOf, startsOf } from "../../nets/starts";
import { KINDS } from "../../nets/weights";
import { Choice } from "../../ui/choice";
import { fixed } from "../../ui/numbers";
import { Slider } from "../../ui/slider";
import type { Settings } from "../address";
import { BOUNDS, GAIN, type GradientState, INPUT, KEEP } from "./state";

const SAID: Record<StartName, string> = {
  torch: "every weight from U(−1/√H, 1/√H), as torch draws it",
  orthogonal: "a random turn: it keeps lengths",
  identity: "every unit keeps its own state",
  latch: "the identity with a gain above 1: every unit comes to rest at one of two ends",
  chrono: "gates that keep for 1 to T steps",
};

/** The net before it learns: cell, units, and how its weights begin. */
export function StartControls({
  state,
  change,
}: {
  state: GradientState;
  change: (some: Settings) => void;
}) {
  const { kind, units, start, seed } = state.asked;
  const anew = { gain: undefined, input: undefined, keep: undefined };
  const set = start.name !== "torch" && start.name !== "chrono";
  return (
    <div class="controls">
      <Choice
        label="cell"
        values={KINDS}
        value={kind}
        named={(each) => each.toUpperCase()}
        onChange={(each) => change({ ...anew, cell: each })}
      />
      <Choice
        label="start"
        values={startsOf(kind)}
        value={start.name}
        onChange={(each) => change({ ...anew, start: each })}
      />
      <p class="quiet">
        {start.name}: {SAID[start.name]}.
      </p>
      <Slider
        label="units H"
        value={units}
        {...BOUNDS.units}
        step={8}
        onInput={(value) => change({ units: String(value) })}
      />
      {set && (
        <>
          <Slider
            label="gain"
            value={start.gain}
            {...GAIN}
            step={0.05}
            shown={two}
            onInput={(value) => change({ gain: String(value) })}
          />
          <Slider
            label="input weights, std"
            value={start.input}
            {...INPUT}
            step={0.01}
            shown={two}
            onInput={(value) => change({ input: String(value) })}
          />
          {kind !== "rnn" && (
            <Slider
              label={`bias of ${kind === "gru" ? "z" : "f"}, the gate that keeps`}
              value={start.keep}
              {...KEEP}
              step={0.25}
              shown={two}
              onInput={(value) => change({ keep: String(value) })}
            />
          )}
        </>
      )}
      <Slider
        label="look back, steps"
        value={state.lag}
        {...BOUNDS.lag}
        step={10}
        onInput={(value) => change({ lag: String(value) })}
      />
      <div class="row">
        <button type="button" onClick={() => change({ seed: String(seed + 1) })}>
          Draw other weights
        </button>
        {set && (
          <button
            type="button"
            disabled={JSON.stringify(startOf(start.name, kind)) === JSON.stringify(start)}
            onClick={() => change(anew)}
          >
            Sliders back
          </button>
        )}
        <span class="quiet">seed {seed}</span>
      </div>
    </div>
  );
}

const two = (value: number) => fixed(value, 2);
