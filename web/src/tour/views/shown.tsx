import { type Address, hashOf, type Settings } from "../../lab/address";
import { EXPERIMENTS } from "../../lab/experiments";
import type { Models } from "../../lab/models";
import type { Shown } from "../read/blocks";

/** An experiment within the tour, set as the file says until the reader sets it otherwise. */
export function Experiment({
  shown,
  address,
  go,
  models,
}: {
  shown: Shown;
  address: Address;
  go: (address: Address) => void;
  models: Models;
}) {
  const experiment = EXPERIMENTS[shown.name];
  if (experiment === undefined)
    return (
      <section class="card experiment" aria-label="Experiment">
        <p class="quiet">
          The experiment “{shown.name}” comes later: this page does not hold it yet.
        </p>
      </section>
    );
  const { component: Component, title, summary } = experiment;
  const settings = { ...shown.settings, ...address.settings };
  const change = (some: Settings) => go({ ...address, settings: { ...address.settings, ...some } });
  return (
    <section class="card experiment" aria-label={`Experiment: ${title}`}>
      <h2>Try it: {title}</h2>
      <p class="lead">{summary}</p>
      <Component settings={settings} change={change} models={models} />
      <p class="not-printed">
        <a href={hashOf({ place: `lab/${shown.name}`, settings })}>Open in the lab</a>
      </p>
    </section>
  );
}

/** A link to an experiment, set as the file says. */
export function Pointer({ shown }: { shown: Shown }) {
  const experiment = EXPERIMENTS[shown.name];
  return (
    <p>
      {experiment === undefined ? (
        <span class="quiet">Its experiment, “{shown.name}”, comes later.</span>
      ) : (
        <a href={hashOf({ place: `lab/${shown.name}`, settings: shown.settings })}>
          Try it: {experiment.title}
        </a>
      )}
    </p>
  );
}
