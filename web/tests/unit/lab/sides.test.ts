import { expect, it } from "vitest";
import { padded, rightAfter } from "../../../src/lab/sides/padded";
import { Steps } from "../../../src/runtime/steps";
import { textModel } from "./builtin";

const TEXT = "I expected to hate the film, but I came to love it.";

it("before the padding all is said as of the text alone", () => {
  for (const name of ["rnn", "lstm", "fast"]) {
    const model = textModel(name);
    const alone = model.trajectory(TEXT);
    const steps = padded(model, TEXT, 7);
    expect(steps.length).toBe(alone.length + 7);
    alone.forEach(({ word, state, probabilities }, t) => {
      expect(steps[t]!.word).toBe(word);
      expect(steps[t]!.state).toEqual(state);
      expect(steps[t]!.probabilities).toEqual(model.classes.map((each) => probabilities[each]));
    });
    expect(steps.slice(alone.length).every(({ word }) => word === null)).toBe(true);
  }
});

it("padding moves the state on, as steps of the id 0 do", () => {
  const model = textModel("rnn-printed");
  const H = model.network.units;
  const ids = model.features.encode(model.words(TEXT));
  const longer = new Steps(Int32Array.from([...ids.values, 0, 0, 0]), 1);
  const states = model.network.states(longer);
  padded(model, TEXT, 3).forEach(({ state }, t) => {
    expect(state).toEqual(states.slice(t * H, (t + 1) * H));
  });
  const last = padded(model, TEXT, 3).at(-1)!;
  expect(last.probabilities).toEqual(model.decision.probabilities(model.network.forward(longer)));
});

it("a text is counted right after its last word and after every step of padding", () => {
  const model = textModel("gru");
  const steps = padded(model, TEXT, 5).slice(-6);
  const said = steps.map(({ probabilities }) => probabilities[1]! >= 0.5);
  expect(rightAfter(model, TEXT, "positive", 5)).toEqual(said);
  expect(rightAfter(model, TEXT, "negative", 5)).toEqual(said.map((is) => !is));
  expect(rightAfter(model, "", "negative", 2).length).toBe(3);
});
