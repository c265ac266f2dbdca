import { CellExperiment } from "./cell/cell";
import type { Experiment } from "./experiment";
import { ForecastExperiment } from "./forecast/forecast";
import { GradientExperiment } from "./gradient/gradient";
import { SidesExperiment } from "./sides/sides";
import { UnitsExperiment } from "./units/units";
import { WatchExperiment } from "./watch/watch";

/** By the name that stands in addresses and in the tour's files. */
export const EXPERIMENTS: Readonly<Record<string, Experiment>> = {
  cell: {
    title: "One cell",
    summary: "One step of time in numbers: drag a weight, and see what the cell remembers.",
    component: CellExperiment,
  },
  gradient: {
    title: "The gradient",
    summary: "How far back an error can be felt, and what a net can therefore be taught.",
    component: GradientExperiment,
  },
  watch: {
    title: "Type and watch",
    summary: "The state grows word by word as you type; change a word, and see what it did.",
    component: WatchExperiment,
  },
  sides: {
    title: "Side by side",
    summary: "RNN, GRU and LSTM on one text, and what becomes of an answer read off the padding.",
    component: SidesExperiment,
  },
  units: {
    title: "Units",
    summary: "Pick some words, find the units that are on for just them, and where else they are.",
    component: UnitsExperiment,
  },
  forecast: {
    title: "Forecast",
    summary: "Paste a series, and see what may follow, beside forecasts that learn nothing.",
    component: ForecastExperiment,
  },
};
