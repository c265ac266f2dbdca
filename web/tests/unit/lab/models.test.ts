import { readFileSync } from "node:fs";
import { afterEach, expect, it, vi } from "vitest";
import { modelsOf } from "../../../src/lab/models";
import { numbersOf } from "../../../src/report/model";
import type { Packed } from "../../../src/runtime";
import { builtIn, seriesModel, textModel } from "./builtin";

const STORED: Record<string, { item: string | number[]; numbers: number[] }[]> = JSON.parse(
  readFileSync(new URL("../../../../tests/web/builtin.json", import.meta.url), "utf-8"),
);
const NEAR = 3e-5;

afterEach(() => vi.unstubAllGlobals());

it.each(Object.keys(STORED))("%s answers as stored", (name) => {
  const model = name === "airline" ? seriesModel(name) : textModel(name);
  for (const { item, numbers } of STORED[name]!) {
    const said = numbersOf(model, item);
    expect(said.length).toBe(numbers.length);
    said.forEach((number, n) => {
      const size = Math.max(1, Math.abs(numbers[n]!));
      expect(Math.abs(number - numbers[n]!) / size).toBeLessThan(NEAR);
    });
  }
});

it("models come out of the payload, else from beside the page, and once", async () => {
  const fetched = vi.fn(async (address: string) => ({
    ok: address === "models/gru.json",
    status: 404,
    statusText: "Not Found",
    json: async () => builtIn<Packed>("gru"),
  }));
  vi.stubGlobal("fetch", fetched);
  const names = ["rnn", "gru", "lstm"];
  const [inside, beside, lacking] = modelsOf({
    kind: "lab",
    title: "",
    models: names.map((name) => ({
      ...{ name, title: name, task: "classify" },
      ...(name === "rnn" && { packed: builtIn<Packed>("rnn") }),
    })),
    texts: [{ text: "dull", label: "negative" }],
  });
  expect(await inside!.load()).toBe(await inside!.load());
  expect(fetched).not.toHaveBeenCalled();
  expect(await beside!.load()).toBe(await beside!.load());
  expect((await beside!.packed()).task).toBe("classify");
  expect(fetched).toHaveBeenCalledTimes(1);
  await expect(lacking!.load()).rejects.toThrow("models/lstm.json did not come: 404 Not Found");
  fetched.mockRejectedValue(new TypeError("Failed to fetch"));
  vi.stubGlobal("location", { protocol: "http:" });
  await expect(lacking!.load()).rejects.toThrow("its server does not answer. Is it still running?");
  vi.stubGlobal("location", { protocol: "file:" });
  await expect(lacking!.load()).rejects.toThrow("Put the folder on a web host");
  expect(await inside!.texts()).toEqual([{ text: "dull", label: "negative" }]);
});
