import { describe, expect, it } from "vitest";
import { type Packed, unpacked } from "../../src/runtime/saved";
import { type Signal, SignalModel } from "../../src/runtime/signals/model";
import { casesOf, expectNear, expectSameAnswer, type PythonAnswer } from "./cases";

type Row = (number | null)[];

interface Said {
  signal: Row | Row[];
  rate: number | null;
  said: PythonAnswer;
}

interface Case {
  name: string;
  packed: Packed;
  tolerance: number;
  items: Said[];
  steps: number[];
  stream?: Said[];
}

/** Samples as they are, rows of a sensor as rows; JSON has no NaN. */
function signalOf(written: Row | Row[]): Signal {
  const known = (value: number | null) => value ?? Number.NaN;
  return written.length && Array.isArray(written[0])
    ? (written as Row[]).map((row) => row.map(known))
    : Float32Array.from(written as Row, known);
}

describe.each(casesOf<Case[]>("signals"))(
  "$name",
  ({ packed, items, steps, stream, tolerance }) => {
    const model = new SignalModel(unpacked(packed));

    it("makes Python's steps of a signal", () => {
      expectNear(model.steps(signalOf(items[0]!.signal)).values, steps, tolerance);
    });

    it("answers whole signals as Python does", () => {
      for (const { signal, rate, said } of items) {
        expectSameAnswer(model.answer(signalOf(signal), rate ?? undefined), said, tolerance);
      }
    });

    it.skipIf(stream === undefined)("answers after each packet", () => {
      const heard = model.stream();
      for (const { signal, said } of stream ?? []) {
        expectSameAnswer(heard.feed(signalOf(signal)), said, tolerance);
      }
    });

    it("refuses what is no signal", () => {
      expect(() => model.answer([[1, 2, 3, 4]])).toThrow("numbers");
      expect(() => model.answer(Float32Array.of(Infinity, 0, 0))).toThrow("infinite");
    });
  },
);
