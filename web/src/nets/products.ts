import type { Floats } from "./weights";

/**
 * out += a · bᵀ, with out (n, m), a (n, k) and b (m, k).
 *
 * Four rows of b at a time: their sums do not wait for each other.
 */
export function addProduct(out: Floats, a: Floats, b: Floats, n: number, m: number, k: number) {
  const whole = m - (m % 4);
  for (let row = 0; row < n; row++) {
    const from = row * k;
    const to = row * m;
    for (let j = 0; j < whole; j += 4) {
      const b0 = j * k;
      const b1 = b0 + k;
      const b2 = b1 + k;
      const b3 = b2 + k;
      let s0 = 0;
      let s1 = 0;
      let s2 = 0;
      let s3 = 0;
      for (let i = 0; i < k; i++) {
        const x = a[from + i]!;
        s0 += x * b[b0 + i]!;
        s1 += x * b[b1 + i]!;
        s2 += x * b[b2 + i]!;
        s3 += x * b[b3 + i]!;
      }
      out[to + j]! += s0;
      out[to + j + 1]! += s1;
      out[to + j + 2]! += s2;
      out[to + j + 3]! += s3;
    }
    for (let j = whole; j < m; j++) {
      let sum = 0;
      for (let i = 0; i < k; i++) sum += a[from + i]! * b[j * k + i]!;
      out[to + j]! += sum;
    }
  }
}

/** out += aᵀ · b, with out (m, k), a (n, m) and b (n, k): gradients of a weight. */
export function addOuter(out: Floats, a: Floats, b: Floats, n: number, m: number, k: number) {
  const whole = n - (n % 4);
  for (let j = 0; j < m; j++) {
    const to = j * k;
    for (let row = 0; row < whole; row += 4) {
      const b0 = row * k;
      const b1 = b0 + k;
      const b2 = b1 + k;
      const b3 = b2 + k;
      const a0 = a[row * m + j]!;
      const a1 = a[(row + 1) * m + j]!;
      const a2 = a[(row + 2) * m + j]!;
      const a3 = a[(row + 3) * m + j]!;
      for (let i = 0; i < k; i++) {
        out[to + i]! += a0 * b[b0 + i]! + a1 * b[b1 + i]! + a2 * b[b2 + i]! + a3 * b[b3 + i]!;
      }
    }
    for (let row = whole; row < n; row++) {
      const x = a[row * m + j]!;
      for (let i = 0; i < k; i++) out[to + i]! += x * b[row * k + i]!;
    }
  }
}

/** (n, m) → (m, n) */
export function transposed(a: Floats, n: number, m: number): Floats {
  const out = new Float64Array(a.length);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j]!;
  return out;
}
