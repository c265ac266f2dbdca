/** Zero crossings of the sinc on either side. */
const HALF = 16;
/** Of the Kaiser window. */
const BETA = 8;

/** Return samples of `rate` Hz at `wanted` Hz, by a windowed sinc, as `elman.data.signals.resample`. */
export function resample(samples: Float32Array, rate: number, wanted: number): Float32Array {
  if (rate === wanted || !samples.length) {
    return samples;
  }
  const common = divisor(rate, wanted);
  const [up, down] = [wanted / common, rate / common];
  const half = HALF * Math.max(up, down);
  const kernel = kernelOf(up, Math.max(up, down), half);
  const reach = Math.floor(half / up) + 1;
  return Float32Array.from({ length: Math.ceil((samples.length * up) / down) }, (_, m) => {
    const newest = Math.floor((m * down) / up); // the last input at or before output m
    const phase = (m * down) % up;
    let sum = 0;
    for (let input = -reach + 1; input <= reach; input++) {
      const sample = samples[newest + input] ?? 0; // as if silence stood around the signal
      sum += sample * (kernel[phase - input * up + half] ?? 0);
    }
    return sum;
  });
}

function kernelOf(up: number, widest: number, half: number): Float32Array {
  const values = Array.from({ length: 2 * half + 1 }, (_, k) => {
    const n = k - half;
    const angle = (Math.PI * n) / widest;
    const sinc = n === 0 ? 1 : Math.sin(angle) / angle;
    return (sinc * bessel(BETA * Math.sqrt(1 - (n / half) ** 2))) / bessel(BETA);
  });
  const total = values.reduce((sum, value) => sum + value, 0);
  return Float32Array.from(values, (value) => (value * up) / total);
}

/** The modified Bessel function of the first kind, of order 0, by its series. */
function bessel(x: number): number {
  let [sum, term] = [1, 1];
  for (let k = 1; term > 1e-17 * sum; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function divisor(a: number, b: number): number {
  return b ? divisor(b, a % b) : a;
}
