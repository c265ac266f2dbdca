import { describe, expect, it } from "vitest";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { shapeOf } from "../../src/runtime/tags/features";
import { type Tagging, TagModel } from "../../src/runtime/tags/model";
import type { Span } from "../../src/runtime/tags/schemes";
import { casesOf, expectNear } from "./cases";

interface Said {
  item: string | string[];
  said: {
    words: string[];
    tags: string[];
    probabilities: number[];
    spans: [string, number, number][] | null;
  };
}

interface Cases {
  shapes: Record<string, string>;
  models: { name: string; packed: Packed; items: Said[]; stream?: Said[] }[];
}

const cases = casesOf<Cases>("tags");

function expectSame(found: Tagging, { said }: Said) {
  expect(found.words).toEqual(said.words);
  expect(found.tags).toEqual(said.tags);
  expectNear(found.probabilities, said.probabilities);
  const spans = said.spans?.map(([kind, begin, end]): Span => ({ kind, begin, end })) ?? null;
  expect(found.spans).toEqual(spans);
}

describe.each(cases.models)("$name", ({ packed, items, stream }) => {
  const model = new TagModel(unpacked(packed));

  it("tags as Python does", () => {
    for (const each of items) {
      expectSame(model.answer(each.item), each);
    }
  });

  it.skipIf(stream === undefined)("tags a stream as Python does", () => {
    const heard = model.stream();
    for (const each of stream ?? []) {
      expectSame(heard.feed(each.item), each);
    }
  });
});

/** Letters that are small in one of the Unicodes from 14 to 17, and not in another. */
const CHANGED = /[ʕჼꟲꟳꟴꭩ]/u;

it("sees the shapes of words that Python sees", () => {
  const wrong = Object.entries(cases.shapes)
    .filter(([word]) => !/\p{Cn}/u.test(word) && !CHANGED.test(word))
    .map(([word, shape]) => [word, shape, shapeOf(word)])
    .filter(([, shape, found]) => shape !== found);
  expect(wrong.slice(0, 20)).toEqual([]);
});
