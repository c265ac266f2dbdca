import { Asked } from "../../report/blocks/live";
import { Card } from "../../ui/card";
import type { ExperimentProps } from "../experiment";
import { Explained } from "../explained";
import { WithAny } from "../model-choice";

const EXAMPLE = "I expected to hate the film, but I came to love it.";
const MOST_LETTERS = 4000;

/** Any model of the page, of whatever task: texts, tags, series, sounds, translations. */
export function AskExperiment({ settings, change, models }: ExperimentProps) {
  const text = (settings.text ?? EXAMPLE).slice(0, MOST_LETTERS);
  return (
    <WithAny
      settings={settings}
      // values of a series are no rows of a sensor
      change={(some) => change({ values: undefined, ...some })}
      models={models}
    >
      {(model, offered) => (
        <Explained offered={offered}>
          <Card title={offered.title}>
            <Asked
              model={model}
              example={text}
              values={settings.values}
              changed={(what, typed) => change({ [what]: typed })}
            />
          </Card>
        </Explained>
      )}
    </WithAny>
  );
}
