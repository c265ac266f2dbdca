import { useMemo } from "preact/hooks";
import { flowOf, keptOf } from "../../nets/flow";
import { netOf } from "../../nets/learner";
import { Card } from "../../ui/card";
import { fixed } from "../../ui/numbers";
import type { ExperimentProps } from "../experiment";
import { FlowChart, halfLifeOf, leftOf } from "./flow-chart";
import { PRESETS, whole } from "./presets";
import { RecallPanel } from "./recall-panel";
import { StartControls } from "./start";
import { gradientOf } from "./state";
import { useTraining } from "./training";
import "./gradient.css";

/** How much of a gradient is left k steps back, and what a net can therefore be taught. */
export function GradientExperiment({ settings, change }: ExperimentProps) {
  const state = useMemo(() => gradientOf(settings), [settings]);
  const wanted = JSON.stringify(state);
  // by value, or every setting of no concern would draw anew
  const flow = useMemo(() => flowOf(netOf(state.asked), state.lag, state.asked.seed), [wanted]);
  const teacher = useTraining(state.asked, state.lag);
  const after = teacher.training.flow;
  const preset = PRESETS.find(
    (each) => JSON.stringify(gradientOf(whole(each.settings))) === wanted,
  );
  return (
    <div class="lab-gradient">
      <fieldset class="choice not-printed">
        <legend>try</legend>
        {PRESETS.map((each) => (
          <button
            key={each.name}
            type="button"
            aria-pressed={each === preset}
            onClick={() => change(whole(each.settings))}
          >
            {each.name}
          </button>
        ))}
      </fieldset>
      <p class="story" aria-live="polite">
        {preset?.said ?? "Choose a story, or set everything yourself."}
      </p>
      <Card
        title="What is left of the gradient"
        lead="An error at the last step is sent back through a net that has learned nothing yet. Where nothing arrives, the gradient teaches nothing."
      >
        <div class="beside">
          <StartControls state={state} change={change} />
          <div>
            <FlowChart before={flow} after={after} />
            <p class="figures">
              Half-life at the start: <strong>{halfLifeOf(flow)}</strong>
              {Number.isFinite(flow.halfLife) && (
                <>
                  , so a step keeps <strong>{fixed(keptOf(flow), 2)}</strong>
                </>
              )}
              . {state.lag} steps back <strong>{leftOf(flow)}</strong> what it was
              {after ? (
                <>
                  ; after training <strong>{leftOf(after)}</strong>.
                </>
              ) : (
                "."
              )}
            </p>
          </div>
        </div>
      </Card>
      <Card
        title="Taught to recall"
        lead="One of 8 symbols, then noise from 10 other signs, then the question which symbol it was. The net above is trained here, in this page."
      >
        <RecallPanel state={state} change={change} teacher={teacher} />
      </Card>
    </div>
  );
}
