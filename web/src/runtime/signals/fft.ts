/** Power spectra of real frames by the fast Fourier transform, of a power of two of points. */
export class PowerSpectrum {
  private readonly real: Float64Array;
  private readonly imaginary: Float64Array;
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;

  constructor(private readonly points: number) {
    this.real = new Float64Array(points);
    this.imaginary = new Float64Array(points);
    const half = Math.max(points / 2, 1);
    const angle = (n: number) => (-2 * Math.PI * n) / points;
    this.cosines = Float64Array.from({ length: half }, (_, n) => Math.cos(angle(n)));
    this.sines = Float64Array.from({ length: half }, (_, n) => Math.sin(angle(n)));
  }

  /** Return |FFT|² of a frame of at most so many samples, `(points / 2 + 1)`; it is overwritten. */
  of(frame: Float32Array): Float64Array {
    const { real, imaginary, points } = this;
    real.fill(0);
    imaginary.fill(0);
    real.set(frame);
    this.reorder();
    for (let size = 2; size <= points; size *= 2) {
      for (let begin = 0; begin < points; begin += size) {
        this.butterflies(begin, size / 2, points / size);
      }
    }
    for (let n = 0; n <= points / 2; n++) {
      real[n] = real[n]! ** 2 + imaginary[n]! ** 2;
    }
    return real.subarray(0, Math.floor(points / 2) + 1);
  }

  /** Bring samples into the order of their numbers' bits, reversed. */
  private reorder(): void {
    const { real, points } = this;
    for (let n = 1, other = 0; n < points; n++) {
      let bit = points >> 1;
      for (; other & bit; bit >>= 1) {
        other ^= bit;
      }
      other ^= bit;
      if (n < other) {
        [real[n], real[other]] = [real[other]!, real[n]!];
      }
    }
  }

  private butterflies(begin: number, half: number, stride: number): void {
    const { real, imaginary, cosines, sines } = this;
    for (let k = 0; k < half; k++) {
      const [a, b] = [begin + k, begin + k + half];
      const [cosine, sine] = [cosines[k * stride]!, sines[k * stride]!];
      const x = real[b]! * cosine - imaginary[b]! * sine;
      const y = real[b]! * sine + imaginary[b]! * cosine;
      real[b] = real[a]! - x;
      imaginary[b] = imaginary[a]! - y;
      real[a] = real[a]! + x;
      imaginary[a] = imaginary[a]! + y;
    }
  }
}
