import { describe, expect, it } from "vitest";
import type { ClassAnswer } from "../../src/runtime/classes/decision";
import { shapleyOver } from "../../src/runtime/explain/shapley";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { growingScores } from "../../src/runtime/text/growing";
import { TextModel } from "../../src/runtime/text/model";
import { casesOf, expectNear, expectSameAnswer, type PythonAnswer } from "./cases";

interface Explained {
  name: string;
  score: number;
  known: boolean[];
  trajectory: number[];
  states: number[];
  orders: number[][];
  shapley: number[];
  error: number;
  start: number;
  removed: number[];
}

interface Case {
  name: string;
  packed: Packed;
  texts: {
    text: string;
    words: string[];
    answer: PythonAnswer;
    stream?: PythonAnswer[];
    explained?: Explained;
  }[];
}

describe.each(casesOf<Case[]>("texts"))("$name", ({ packed, texts }) => {
  const model = new TextModel(unpacked(packed));
  const both = packed.network.bidirectional === true;

  it("answers as Python does", () => {
    for (const { text, words, answer } of texts) {
      expect(model.words(text)).toEqual(words);
      expectSameAnswer(model.answer(text), answer);
    }
  });

  it.skipIf(both)("answers after every piece of a stream", () => {
    for (const { text, stream } of texts) {
      const heard = model.stream();
      const said: ClassAnswer[] = text.split(" ").map((piece) => heard.feed(piece));
      said.forEach((answer, n) => {
        expectSameAnswer(answer, stream![n]!);
      });
    }
  });

  it("has Python's trajectory: scores, states, and which words are known", () => {
    for (const { text, explained } of texts) {
      const path = model.trajectory(text);
      if (explained !== undefined) {
        expectNear(
          path.map(({ score }) => score),
          explained.trajectory,
        );
        expectNear(
          path.flatMap(({ state }) => Array.from(state)),
          explained.states,
        );
        expect(path.map(({ known }) => known)).toEqual(explained.known);
        const last = path.at(-1)!.probabilities;
        expectNear(Object.values(last), Object.values(model.answer(text).probabilities));
      }
    }
  });

  it("has Python's shares over the same orders, and what words lose where they are removed", () => {
    for (const { text, words, explained } of texts) {
      if (explained === undefined) {
        continue;
      }
      const question = model.question(words);
      expect(question.name).toBe(explained.name);
      const shares = shapleyOver(growingScores(model, words, question), explained.orders);
      expectNear(shares.values, explained.shapley);
      expectNear([shares.error, shares.start], [explained.error, explained.start]);
      expectNear([shares.end], [explained.score]);
      expectNear(model.removed(text), explained.removed);
    }
  });

  it("has shares that sum to the change of the score, by a seed", () => {
    for (const { text, explained } of texts) {
      if (explained === undefined) {
        continue;
      }
      const shares = model.shares(text, 32, 3);
      const sum = shares.values.reduce((total, value) => total + value, 0);
      expect(sum).toBeCloseTo(shares.end - shares.start, 9);
      expect(model.shares(text, 32, 3)).toEqual(shares);
      shares.values.forEach((value, n) => {
        const far = 6 * (shares.error + explained.error) + 1e-6;
        expect(Math.abs(value - explained.shapley[n]!)).toBeLessThan(far);
      });
    }
  });
});
