import type { ComponentType } from "preact";
import type { Settings } from "./address";
import type { Models } from "./models";

/** What every experiment is given, in the lab and at a stop of the tour. */
export interface ExperimentProps {
  settings: Settings;
  /** Sets some of the settings; the others stay. In the lab they go to the address. */
  change: (some: Settings) => void;
  models: Models;
}

/** One thing to try, on one page. */
export interface Experiment {
  title: string;
  /** What there is to see, in one sentence. */
  summary: string;
  component: ComponentType<ExperimentProps>;
  /** The names of its settings, as they stand in addresses and in files of the tour. */
  settings: readonly string[];
}
