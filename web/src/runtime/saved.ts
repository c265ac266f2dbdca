import { InputError } from "./errors";

/** A JSON object whose fields are for their owners to read. */
export type Section = Record<string, unknown>;

export type Precision = "int8" | "float16" | "float32";

/** Name, shape and place of one tensor among all bytes of the weights. */
export interface PackedTensor {
  name: string;
  shape: number[];
  offset: number;
}

/** A model as `elman/web/packed.py` writes it. */
export interface Packed {
  task: string;
  network: Section;
  input: Section;
  output: Section;
  parts: Record<string, unknown>;
  precision: Precision;
  tensors: PackedTensor[];
  /** All bytes in base64, little-endian. */
  weights: string;
}

/** A tensor in memory, row by row. */
export interface Tensor {
  shape: number[];
  values: Float32Array;
}

/** A model as its network and its task read it. */
export interface Saved extends Omit<Packed, "precision" | "tensors" | "weights"> {
  tensors: ReadonlyMap<string, Tensor>;
}

/** Read what Python packed: the weights become 32-bit floats, whatever they were packed as. */
export function unpacked(packed: Packed): Saved {
  const { task, network, input, output, parts } = packed;
  const bytes = bytesOf(packed.weights);
  const tensors = new Map(
    packed.tensors.map(({ name, shape, offset }) => [
      name,
      { shape, values: READ[packed.precision](bytes.buffer, offset, shape) },
    ]),
  );
  return { task, network, input, output, parts, tensors };
}

/** Return the values of a tensor that a model cannot do without. */
export function tensor(tensors: ReadonlyMap<string, Tensor>, name: string): Float32Array {
  const found = tensors.get(name);
  if (found === undefined) {
    throw new InputError(`tensor "${name}" is missing`);
  }
  return found.values;
}

/** Return a part of the model directory that a model cannot do without. */
export function part<Part>(saved: Saved, name: string): Part {
  if (!(name in saved.parts)) {
    throw new InputError(`the file "${name}" was not packed; a ${saved.task} model needs it`);
  }
  return saved.parts[name] as Part;
}

type Read = (bytes: ArrayBuffer, offset: number, shape: number[]) => Float32Array<ArrayBuffer>;

const READ: Record<Precision, Read> = {
  float32: (bytes, offset, shape) => new Float32Array(bytes, offset, sizeOf(shape)),
  float16: (bytes, offset, shape) =>
    Float32Array.from(new Uint16Array(bytes, offset, sizeOf(shape)), floatOfHalf),
  int8: (bytes, offset, shape) => {
    const rows = shape.length > 1 ? shape[0]! : 1;
    const size = sizeOf(shape);
    const scales = new Float32Array(bytes, offset, rows);
    const whole = new Int8Array(bytes, offset + 4 * rows, size);
    const floats = new Float32Array(size);
    const columns = size / rows;
    for (let n = 0; n < size; n++) {
      floats[n] = whole[n]! * scales[Math.floor(n / columns)]!;
    }
    return floats;
  },
};

function sizeOf(shape: number[]): number {
  return shape.reduce((size, length) => size * length, 1);
}

/** Browsers of before 2025 have no `fromBase64`. */
const Bytes = Uint8Array as typeof Uint8Array & {
  fromBase64?: (base64: string) => Uint8Array<ArrayBuffer>;
};

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(base64);
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let n = 0; n < text.length; n++) {
    bytes[n] = text.charCodeAt(n);
  }
  return bytes;
}

/** Of IEEE 754's binary16: sign, five bits of exponent, ten of fraction; packed ones are finite. */
function floatOfHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  return exponent === 0
    ? sign * fraction * 2 ** -24
    : sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
