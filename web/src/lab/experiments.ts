import { AskExperiment } from "./ask/ask";
import { Baselines } from "./baselines/baselines";
import { Both } from "./both/both";
import { CellExperiment } from "./cell/cell";
import type { Experiment } from "./experiment";
import { ForecastExperiment } from "./forecast/forecast";
import { GradientExperiment } from "./gradient/gradient";
import { Loop } from "./loop/loop";
import { Mistakes } from "./mistakes/mistakes";
import { Sequence } from "./sequence/sequence";
import { Shapes } from "./shapes/shapes";
import { SidesExperiment } from "./sides/sides";
import { UnitsExperiment } from "./units/units";
import { WatchExperiment } from "./watch/watch";

/** By the name that stands in addresses and in the tour's files. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  sequence: {
    title: "What order is worth",
    summary:
      "Two texts with the same words, and a series shuffled: what is left, and what is lost?",
    component: Sequence,
    settings: ["kind", "a", "b", "seed"],
  },
  loop: {
    title: "The loop in numbers",
    summary:
      "A recurrent layer drawn out over the words of a text, the same weights in every step.",
    component: Loop,
    settings: ["text", "strength", "step"],
  },
  shapes: {
    title: "The class, line by line",
    summary: "The chapter’s PyTorch class: which tensors of which shapes flow through each line.",
    component: Shapes,
    settings: ["batch", "time", "embedding", "hidden", "vocabulary", "line", "text"],
  },
  both: {
    title: "output against hidden",
    summary: "What a recurrent layer returns twice, and what padding does to it.",
    component: Both,
    settings: ["lengths", "ends", "unit", "layers", "ways"],
  },
  mistakes: {
    title: "Two common mistakes",
    summary: "Batch and time swapped, and a recurrent net on data without order: how each is seen.",
    component: Mistakes,
    settings: ["mistake", "batch_first", "row", "data", "n", "seed"],
  },
  baselines: {
    title: "Better, or only luck?",
    summary: "Two models on the same rows: how many rows make a difference sure?",
    component: Baselines,
    settings: ["n", "model", "opponent", "apart", "verdict"],
  },
  cell: {
    title: "One cell",
    summary: "One step of time in numbers: drag a weight, and see what the cell remembers.",
    component: CellExperiment,
    settings: ["cell", "inputs", "units", "seed", "W", "U", "b", "c", "x", "t", "stage", "unit"],
  },
  gradient: {
    title: "The gradient",
    summary: "How far back an error can be felt, and what a net can therefore be taught.",
    component: GradientExperiment,
    settings: [
      "cell",
      "start",
      "units",
      "gain",
      "input",
      "keep",
      "seed",
      "lag",
      "T",
      "grow",
      "vary",
    ],
  },
  ask: {
    title: "Ask a model",
    summary:
      "Any model of this page: words, tags, series, sounds or translations, by its own runtime.",
    component: AskExperiment,
    settings: ["model", "text", "values"],
  },
  watch: {
    title: "Type and watch",
    summary: "The state grows word by word as you type; change a word, and see what it did.",
    component: WatchExperiment,
    settings: ["model", "text", "at", "was"],
  },
  sides: {
    title: "Side by side",
    summary: "RNN, GRU and LSTM on one text, and what becomes of an answer read off the padding.",
    component: SidesExperiment,
    settings: ["models", "text", "pad", "read"],
  },
  units: {
    title: "Units",
    summary: "Pick some words, find the units that are on for just them, and where else they are.",
    component: UnitsExperiment,
    settings: ["model", "text", "from", "to", "on", "only", "own"],
  },
  forecast: {
    title: "Forecast",
    summary: "Paste a series, and see what may follow, beside forecasts that learn nothing.",
    component: ForecastExperiment,
    settings: ["model", "values", "season", "origins"],
  },
};

/** The names of the settings of each, by its own. */
export const SETTINGS: Readonly<Record<string, readonly string[]>> = Object.fromEntries(
  Object.entries(EXPERIMENTS).map(([name, { settings }]) => [name, settings]),
);
