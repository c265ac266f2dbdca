import { expect, it } from "vitest";
import { crc32 } from "../../../src/runtime/text/crc32";
import { Features } from "../../../src/runtime/text/features";
import { tokenize } from "../../../src/runtime/text/words";

it("keeps inner apostrophes and points, resolves entities, drops tags", () => {
  expect(tokenize("Don't miss it: 9.5/10!<br /><br />&quot;Great&quot;")).toEqual([
    ...["don't", "miss", "it", "9.5", "10", "!", "great"],
  ]);
});

it("does not take hours for hostile text", () => {
  for (const text of ["&".repeat(1e5), "<".repeat(1e5), "a'".repeat(1e5), "1.".repeat(1e5)]) {
    expect(tokenize(text).length).toBeLessThan(1e6);
  }
});

it("has zlib's check sums", () => {
  expect(crc32("123456789")).toBe(0xcbf43926);
  expect([crc32(""), crc32("é"), crc32("日"), crc32("👍")]).toEqual([
    ...[0, 0x0e048d3e, 0xca923eba, 0xaa3e72b0],
  ]);
});

it("puts beginning, end and pair of a word beside it", () => {
  const words = ["<pad>", "<unk>", "not", "bad", "not bad"];
  const { values, columns } = new Features(words, 10, true, undefined).encode(["not", "bad", "?"]);
  expect(columns).toBe(4);
  expect(Array.from(values).filter((_, n) => n % 4 === 0)).toEqual([2, 3, 1]);
  expect(Array.from(values).filter((_, n) => n % 4 === 3)).toEqual([0, 4, 0]);
  expect(values[1]).toBe(5 + (crc32("<not") % 10));
  expect(values[2]).toBe(5 + (crc32("not>") % 10));
});
