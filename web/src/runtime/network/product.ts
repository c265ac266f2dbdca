/**
 * Add a weight times a vector: out[o] += Σ weight[o, i] · x[at + i].
 *
 * @param weight - `(out.length, columns)`.
 * @param columns - numbers that are read of `x`.
 * @param x - where the vector lies.
 * @param at - where it begins there.
 * @param out - sums, in float64.
 */
export function addProduct(
  weight: Float32Array,
  columns: number,
  x: Float32Array,
  at: number,
  out: Float64Array,
): void {
  const rows = out.length;
  let row = 0;
  // Four sums side by side: one alone would wait for each of its additions.
  for (; row + 4 <= rows; row += 4) {
    let a = row * columns;
    let b = a + columns;
    let c = b + columns;
    let d = c + columns;
    let p = 0;
    let q = 0;
    let r = 0;
    let s = 0;
    for (let i = at; i < at + columns; i++) {
      const value = x[i]!;
      p += weight[a++]! * value;
      q += weight[b++]! * value;
      r += weight[c++]! * value;
      s += weight[d++]! * value;
    }
    out[row] = out[row]! + p;
    out[row + 1] = out[row + 1]! + q;
    out[row + 2] = out[row + 2]! + r;
    out[row + 3] = out[row + 3]! + s;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let i = 0; i < columns; i++) {
      sum += weight[row * columns + i]! * x[at + i]!;
    }
    out[row] = out[row]! + sum;
  }
}
