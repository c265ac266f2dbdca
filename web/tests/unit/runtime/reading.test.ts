import { expect, it } from "vitest";
import { Random } from "../../../src/runtime/explain/random";
import { Reading } from "../../../src/runtime/text/reading";
import { textModel } from "../lab/builtin";

const WORDS = "the plot was not dull but i expected to hate it and came to love xyzzy !".split(" ");

it.each(["rnn", "gru", "lstm", "fast"])("a text that changes is said as a whole: %s", (name) => {
  const model = textModel(name);
  const reading = new Reading(model);
  const random = new Random(5);
  const pick = (count: number) => Math.floor(random.next() * count);
  let words: string[] = [];
  for (let turn = 0; turn < 40; turn++) {
    const at = pick(words.length + 1);
    words = words.toSpliced(at, pick(3), ...(pick(4) ? [WORDS[pick(WORDS.length)]!] : []));
    const text = words.join(" ");
    const { steps, answer } = reading.say(text);
    expect(answer).toEqual(model.answer(text));
    expect(steps).toEqual(model.trajectory(text));
  }
});

it("only what changed is read anew", () => {
  const reading = new Reading(textModel("gru"));
  expect(reading.say("the plot was dull").read).toBe(4);
  expect(reading.say("the plot was dull and long").read).toBe(2);
  expect(reading.say("the plot was not dull and long").read).toBe(4);
  expect(reading.say("the plot was").read).toBe(0);
});
