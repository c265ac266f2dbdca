import { describe, expect, it } from "vitest";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { TranslationModel } from "../../src/runtime/translation/model";
import { Pieces, wordsOf } from "../../src/runtime/translation/pieces";
import { casesOf, expectNear } from "./cases";

interface Cases {
  models: {
    name: string;
    packed: Packed;
    said: { item: string; text: string; score: number; map?: [string[], string[], number[][]] }[];
  }[];
  pieces: {
    pieces: { alphabet: string; merges: [string, string][] };
    texts: [string, string[], string[][]][];
  };
}

const cases = casesOf<Cases>("translations");

describe.each(cases.models)("$name", ({ packed, said }) => {
  const model = new TranslationModel(unpacked(packed));

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
