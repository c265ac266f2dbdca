/** Numbers from 0 to 1 that follow from a seed (mulberry32). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296;
  };
}

/** The same values in another order (Fisher and Yates). */
export function shuffled<Value>(values: readonly Value[], draw: () => number): Value[] {
  const mixed = [...values];
  for (let n = mixed.length - 1; n > 0; n--) {
    const other = Math.floor(draw() * (n + 1));
    [mixed[n], mixed[other]] = [mixed[other]!, mixed[n]!];
  }
  return mixed;
}

export function pick<Value>(values: readonly Value[], draw: () => number): Value {
  return values[Math.floor(draw() * values.length)]!;
}
