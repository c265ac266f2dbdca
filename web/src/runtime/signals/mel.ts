import { PowerSpectrum } from "./fft";

/** How samples become log-mel spectra. */
export interface Sound {
  /** Samples a second. */
  rate: number;
  /** Samples of a frame. */
  frame: number;
  /** Samples from one frame to the next. */
  hop: number;
  bins: number;
}

/** The least power of a bin that is told from silence; samples are from -1 to 1. */
const FLOOR = 1e-6;
const LOWEST_HZ = 20;

const LINEAR_HZ = 200 / 3;
const BREAK_HZ = 1000;
const BREAK_MEL = BREAK_HZ / LINEAR_HZ;
const STEP = Math.log(6.4) / 27;

/** One triangle of the mel scale: its weights from some point of the spectrum on. */
interface Triangle {
  first: number;
  weights: number[];
}

/** Log-mel spectra, as `elman.runtime.frontend.mel`: a vector for each whole frame. */
export class LogMel {
  readonly columns: number;
  private readonly window: Float64Array;
  private readonly triangles: Triangle[];
  private readonly spectrum: PowerSpectrum;

  constructor(private readonly sound: Sound) {
    const { frame, bins } = sound;
    this.columns = bins;
    let points = 1;
    while (points < frame) {
      points *= 2;
    }
    this.window = Float64Array.from({ length: frame }, (_, n) =>
      Math.fround(0.5 - 0.5 * Math.cos((2 * Math.PI * n) / frame)),
    );
    this.triangles = trianglesOf(sound, points);
    this.spectrum = new PowerSpectrum(points);
  }

  /** What is kept before the first sample. */
  begin(): Float32Array {
    return new Float32Array(0);
  }

  /** Return the spectra that further samples complete, `(T, bins)`, and the samples that stay. */
  advance(kept: Float32Array, samples: Float32Array): [Float32Array, Float32Array] {
    const { frame, hop } = this.sound;
    const both = new Float32Array(kept.length + samples.length);
    both.set(kept);
    both.set(samples, kept.length);
    const count = Math.max(0, 1 + Math.floor((both.length - frame) / hop));
    const spectra = new Float32Array(count * this.columns);
    for (let t = 0; t < count; t++) {
      const own = both.subarray(t * hop, t * hop + frame);
      const power = this.spectrum.of(own.map((sample, n) => sample * this.window[n]!));
      this.triangles.forEach(({ first, weights }, bin) => {
        const sum = weights.reduce((total, weight, n) => total + weight * power[first + n]!, 0);
        spectra[t * this.columns + bin] = Math.log(Math.max(sum, FLOOR));
      });
    }
    return [spectra, both.slice(count * hop)];
  }
}

/** Triangles of unit area over Hz, at equal distances in mel (Slaney 1998). */
function trianglesOf({ rate, bins }: Sound, points: number): Triangle[] {
  const lowest = melOf(Math.min(LOWEST_HZ, rate / 8));
  const highest = melOf(rate / 2);
  const edges = Array.from({ length: bins + 2 }, (_, n) =>
    hzOf(lowest + ((highest - lowest) * n) / (bins + 1)),
  );
  return Array.from({ length: bins }, (_, bin) => {
    const [begin, top, end] = edges.slice(bin, bin + 3) as [number, number, number];
    const all = Array.from({ length: Math.floor(points / 2) + 1 }, (_, n) => {
      const hz = (n * rate) / points;
      const height = Math.min((hz - begin) / (top - begin), (end - hz) / (end - top));
      return (Math.max(height, 0) * 2) / (end - begin);
    });
    const first = all.findIndex((weight) => weight > 0);
    const last = all.findLastIndex((weight) => weight > 0);
    return first < 0 ? { first: 0, weights: [] } : { first, weights: all.slice(first, last + 1) };
  });
}

/** The mel scale is linear up to 1 kHz and logarithmic above. */
function melOf(hz: number): number {
  return hz < BREAK_HZ ? hz / LINEAR_HZ : BREAK_MEL + Math.log(hz / BREAK_HZ) / STEP;
}

function hzOf(mel: number): number {
  return mel < BREAK_MEL ? mel * LINEAR_HZ : BREAK_HZ * Math.exp(STEP * (mel - BREAK_MEL));
}
