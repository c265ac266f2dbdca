import { expect, it } from "vitest";
import { modelOf } from "../../../src/runtime/model";
import { type Packed, type Precision, unpacked } from "../../../src/runtime/saved";

function packed(precision: Precision, bytes: Uint8Array, shape: number[]): Packed {
  return {
    ...{ task: "none", network: {}, input: {}, output: {}, parts: {}, precision },
    tensors: [{ name: "w", shape, offset: 0 }],
    weights: Buffer.from(bytes).toString("base64"),
  };
}

function values(precision: Precision, bytes: Uint8Array, shape: number[]): number[] {
  return Array.from(unpacked(packed(precision, bytes, shape)).tensors.get("w")!.values);
}

it("reads 32-bit floats as they are", () => {
  const floats = Float32Array.of(1.5, -2, 1e-30, 3.25);
  expect(values("float32", new Uint8Array(floats.buffer), [2, 2])).toEqual(Array.from(floats));
});

it("reads 16-bit floats: normal, subnormal, the largest, both zeros", () => {
  const halves = Uint16Array.of(0x3c00, 0xc100, 0x0001, 0x03ff, 0x7bff, 0x8000);
  const wanted = [1, -2.5, 2 ** -24, 1023 * 2 ** -24, 65504, -0];
  expect(values("float16", new Uint8Array(halves.buffer), [6])).toEqual(wanted);
});

it("reads bytes with a scale for each row, of a vector one in all", () => {
  const bytes = new Uint8Array(16);
  new Float32Array(bytes.buffer, 0, 2).set([0.5, 2]);
  new Int8Array(bytes.buffer, 8).set([127, -3, 0, 1, -127, 5]);
  expect(values("int8", bytes, [2, 3])).toEqual([63.5, -1.5, 0, 2, -254, 10]);
  expect(values("int8", bytes.slice(4), [4])).toEqual([254, -6, 0, 2]);
});

it("names a task that it does not know", () => {
  expect(() => modelOf(packed("int8", new Uint8Array(8), [1]))).toThrow('the task "none"');
});
