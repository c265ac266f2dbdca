import { InputError } from "../errors";
import type { Section } from "../saved";
import { Steps } from "../steps";
import { LogMel, type Sound } from "./mel";
import { type Held, Readings } from "./readings";

/** How rows of a sensor become steps. */
export interface Sensor {
  channels: string[];
  every: number;
  /** Channels of which a step says how much is missing. */
  masked: number[];
}

/** What a stream keeps of a signal besides the network's state. */
export interface Heard {
  raw: Float32Array | Held;
  /** The newest steps, with which the next ones are compared; none before the first. */
  before: Float32Array;
  /** How many whole steps there were. */
  steps: number;
}

/** Standard deviations from the mean beyond which a step goes no further. */
const CLIP = 10;

/** How raw signals become steps, as `elman.tasks.signal.coding.input.SignalInput` says. */
export class SignalInput {
  readonly sound: Sound | undefined;
  readonly sensor: Sensor | undefined;
  private readonly frontend: LogMel | Readings;
  private readonly mean: Float32Array;
  private readonly std: Float32Array;
  private readonly motion: number;
  private readonly doubt: number;

  constructor(input: Section) {
    this.sound = (input.sound as Sound | null | undefined) ?? undefined;
    const sensor = (input.sensor as Partial<Sensor> | null | undefined) ?? undefined;
    this.sensor = sensor && { channels: [], every: 1, masked: [], ...sensor };
    this.frontend = this.sound
      ? new LogMel(this.sound)
      : new Readings(this.channels, this.sensor?.every ?? 1);
    this.mean = Float32Array.from(input.mean as number[]);
    this.std = Float32Array.from(input.std as number[]);
    this.motion = (input.motion as number | undefined) ?? 0;
    this.doubt = (input.doubt as number | undefined) ?? 0;
  }

  /** Numbers of a raw row: those of a sensor, or the one sample of a sound. */
  get channels(): number {
    return this.sensor?.channels.length ?? 1;
  }

  begin(): Heard {
    return { raw: this.frontend.begin(), before: new Float32Array(0), steps: 0 };
  }

  /** Return the steps that a packet completes, as the network reads them, and what is kept. */
  advance(heard: Heard, packet: Float32Array): [Steps, Heard] {
    const [unscaled, raw] =
      this.frontend instanceof LogMel
        ? this.frontend.advance(heard.raw as Float32Array, packet)
        : this.frontend.advance(heard.raw as Held, packet);
    const count = unscaled.length / this.frontend.columns;
    const [values, before] = this.scaled(unscaled, count, heard.before);
    return [values, { raw, before, steps: heard.steps + count }];
  }

  /** Return outputs as far as so many steps are to be trusted. */
  trusted(outputs: Float32Array, steps: number): number[] {
    const share = steps / Math.max(steps + this.doubt, 1e-9);
    return Array.from(outputs, (output) => output * share);
  }

  /**
   * Return what somebody gives as raw samples, or rows one after the other.
   *
   * @param whole - it is no packet: rows at its end that hold nothing but NaN fill it up, and go.
   */
  packet(given: Float32Array | number[][], whole = false): Float32Array {
    const C = this.channels;
    if (Array.isArray(given) && given.some((row) => row.length !== C)) {
      throw new InputError(`expected rows of ${C} numbers, one for each channel`);
    }
    const all = Array.isArray(given) ? Float32Array.from(given.flat()) : given;
    if (all.length % C) {
      throw new InputError(`${all.length} numbers are no rows of ${C} channels`);
    }
    const rows = Math.ceil((all.findLastIndex((value) => !Number.isNaN(value)) + 1) / C);
    const raw = whole ? all.subarray(0, rows * C) : all;
    if (this.sound && !raw.every(Number.isFinite)) {
      throw new InputError("a sample is NaN or infinite; samples lie between -1 and 1");
    }
    if (raw.some((value) => Math.abs(value) === Infinity)) {
      throw new InputError("a value is infinite; a missing one is NaN");
    }
    return raw;
  }

  private scaled(unscaled: Float32Array, T: number, before: Float32Array): [Steps, Float32Array] {
    const n = this.mean.length;
    const masked = this.sensor?.masked ?? [];
    const columns = (this.motion ? 2 : 1) * n + masked.length;
    const steps = new Float32Array(T * columns);
    const values = new Float32Array(T * n);
    for (let t = 0; t < T; t++) {
      const at = t * this.frontend.columns;
      for (let k = 0; k < n; k++) {
        const value = (unscaled[at + k]! - this.mean[k]!) / this.std[k]!;
        const known = Number.isNaN(value) ? 0 : Math.min(Math.max(value, -CLIP), CLIP);
        values[t * n + k] = known;
        steps[t * columns + k] = known;
      }
      masked.forEach((channel, k) => {
        steps[(t + 1) * columns - masked.length + k] = unscaled[at + n + channel]!;
      });
    }
    if (!this.motion || !T) {
      return [new Steps(steps, columns), before];
    }
    // before the first step stand as many like it
    const past = before.length ? before : repeated(values.subarray(0, n), this.motion);
    const both = new Float32Array(past.length + values.length);
    both.set(past);
    both.set(values, past.length);
    for (let t = 0; t < T; t++) {
      for (let k = 0; k < n; k++) {
        steps[t * columns + n + k] = values[t * n + k]! - both[t * n + k]!;
      }
    }
    return [new Steps(steps, columns), both.slice(T * n)];
  }
}

function repeated(row: Float32Array, times: number): Float32Array {
  const rows = new Float32Array(row.length * times);
  for (let n = 0; n < times; n++) {
    rows.set(row, n * row.length);
  }
  return rows;
}
