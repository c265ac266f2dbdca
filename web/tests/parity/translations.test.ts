import { describe, expect, it } from "vitest";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { search } from "../../src/runtime/translation/beam";
import { TranslationModel } from "../../src/runtime/translation/model";
import { TranslationNetwork } from "../../src/runtime/translation/network";
import { Pieces, wordsOf } from "../../src/runtime/translation/pieces";
import { casesOf, expectNear } from "./cases";

interface Said {
  item: string;
  text: string;
  score: number;
  map?: [string[], string[], number[][]];
  numbers?: number[];
  /** All that the search found, the best first. */
  found?: [number[], number][];
}

interface Cases {
  models: {
    name: string;
    packed: Packed;
    said: Said[];
  }[];
  pieces: {
    pieces: { alphabet: string; merges: [string, string][] };
    texts: [string, string[], string[][]][];
  };
}

const cases = casesOf<Cases>("translations");

describe.each(cases.models)("$name", ({ packed, said }) => {
  const saved = unpacked(packed);
  const model = new TranslationModel(saved);

  it("finds the translations that Python finds, in their order", () => {
    const network = new TranslationNetwork(model.spec, saved);
    const { beam: width, length_penalty: penalty, longest } = model.spec;
    for (const { numbers, found } of said) {
      if (numbers !== undefined && found !== undefined) {
        const all = search(network, network.read(numbers), { width, penalty, longest });
        expect(all.map(({ pieces }) => pieces)).toEqual(found.map(([pieces]) => pieces));
        expectNear(
          all.map(({ score }) => score),
          found.map(([, score]) => score),
        );
      }
    }
  });

  it("translates as Python does, and looks where Python looks", () => {
    for (const { item, text, score, map } of said) {
      const found = model.answer(item);
      expect(found.text).toBe(text);
      expectNear([found.score], [score]);
      const [source, target, shares] = map ?? [[], [], []];
      expect(found.source).toEqual(source);
      expect(found.target).toEqual(target);
      expectNear(
        found.attention.flatMap((row) => Array.from(row)),
        shares.flat(),
      );
    }
  });
});

it("cuts words and pieces where Python does", () => {
  const pieces = new Pieces(cases.pieces.pieces);
  for (const [text, words, cut] of cases.pieces.texts) {
    if (!/\p{Cn}/u.test(text)) {
      expect(wordsOf(text)).toEqual(words);
      expect(words.map((word) => pieces.cut(word))).toEqual(cut);
    }
  }
});
