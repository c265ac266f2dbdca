import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { addressOf, fitting, hashOf } from "../../../src/lab/address";
import { EXPERIMENTS } from "../../../src/lab/experiments";
import { fixed } from "../../../src/ui/numbers";

test("settings come back through an address: also a text that is empty, lines and signs", () => {
  const settings = { text: "", own: "one\ntwo & 3 = +4 %", at: undefined };
  const { place, settings: read } = addressOf(hashOf({ place: "lab/units", settings }));
  expect(place).toBe("lab/units");
  expect(read).toEqual({ text: "", own: "one\ntwo & 3 = +4 %" });
});

test("what is too long for an address is left out of it, and named", () => {
  const { fit, long } = fitting({ own: "x".repeat(100_001), text: "x".repeat(100_000) });
  expect([Object.keys(fit), long]).toEqual([["text"], ["own"]]);
});

test("each experiment names the settings that its sources read, and no others", () => {
  const lab = fileURLToPath(new URL("../../../src/lab/", import.meta.url));
  const shared = readFileSync(`${lab}model-choice.tsx`, "utf8");
  for (const [name, { settings }] of Object.entries(EXPERIMENTS)) {
    const sources = readdirSync(lab + name)
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => readFileSync(`${lab}${name}/${file}`, "utf8"));
    const chosen = sources.some((source) => /<With(Any|Model)/.test(source));
    const read = [...sources, ...(chosen ? [shared] : [])].flatMap((source) => [
      ...[...source.matchAll(/\bsettings\??\.([A-Za-z_]+)/g)].map((found) => found[1]!),
      ...[...source.matchAll(/\(settings, "([A-Za-z_]+)"/g)].map((found) => found[1]!),
      ...[...source.matchAll(/(?:share|\bat)\("([a-z]+)", \d/g)].map((found) => found[1]!),
    ]);
    // read by a table: weights of a cell, sizes of the class
    const tables: Record<string, string[]> = {
      cell: ["W", "U", "b", "c"],
      shapes: ["batch", "time", "embedding", "hidden", "vocabulary"],
    };
    expect(new Set([...read, ...(tables[name] ?? [])]), name).toEqual(new Set(settings));
  }
});

test("a minus is as long as a plus, and nothing is no less than nothing", () => {
  expect([fixed(-0.5, 2), fixed(-0.001, 2), fixed(1.25, 1)]).toEqual(["−0.50", "0.00", "1.3"]);
});
