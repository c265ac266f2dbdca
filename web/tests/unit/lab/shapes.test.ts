import { expect, test } from "vitest";
import { flowOf } from "../../../src/lab/shapes/through";
import { textModel } from "./builtin";

test("what flows through the class is what its layers and its answer are made of", () => {
  const model = textModel("rnn");
  const { words, ids, embedded, output, score } = flowOf(model, "Although zzz was dull");
  expect(words).toEqual(["although", "zzz", "was", "dull"]);
  expect(ids[1]).toBe(1);
  expect([embedded.length, embedded[0]?.length, output[3]?.length]).toEqual([4, 32, 64]);
  const { probabilities } = model.answer("Although zzz was dull");
  const p = 1 / (1 + Math.exp(-score / model.decision.temperature));
  expect(p).toBeCloseTo(probabilities.positive!, 6);
});
