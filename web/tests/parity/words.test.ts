import { expect, it } from "vitest";
import { tokenize } from "../../src/runtime/text/words";
import { casesOf } from "./cases";

const cases = casesOf<{ texts: [string, string[]][] }>("words");

it("cuts texts into Python's tokens", () => {
  const wrong = cases.texts
    .filter(([text]) => !/\p{Cn}/u.test(text)) // Python's Unicode may be the newer one
    .map(([text, tokens]) => ({ text, tokens, found: tokenize(text) }))
    .filter(({ tokens, found }) => JSON.stringify(found) !== JSON.stringify(tokens));
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(cases.texts.length).toBeGreaterThan(5000);
});
