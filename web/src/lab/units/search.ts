/** A unit and the side of 0 on which it stands. */
export interface Unit {
  unit: number;
  sign: 1 | -1;
}

/** A text that was read. */
export interface Read {
  words: string[];
  /** After each word. */
  states: readonly ArrayLike<number>[];
}

/** A run of words in one of many texts. */
export interface Place {
  text: number;
  /** Its first word, and the one after its last. */
  start: number;
  end: number;
  /** Of the units looked for, those that are on at every word of it. */
  shared: number;
  /** Those together with all others that are on at every word of it. */
  either: number;
}

export interface Wanted {
  units: readonly Unit[];
  threshold: number;
  /** Words of a run, at least. */
  least: number;
  most: number;
}

const isOn = (state: ArrayLike<number>, { unit, sign }: Unit, threshold: number): boolean =>
  sign * state[unit]! > threshold;

/**
 * Return the units that are beyond a threshold, on one side of 0, at every word from `start` up to
 * `end`; with `only` those alone that are not so at the word before and at the one after.
 */
export function unitsOn(
  states: readonly ArrayLike<number>[],
  [start, end]: readonly [number, number],
  threshold: number,
  only: boolean,
): Unit[] {
  const span = states.slice(start, end);
  if (span.length === 0) return [];
  const around = only
    ? [states[start - 1], states[end]].filter((state) => state !== undefined)
    : [];
  return Array.from({ length: span[0]!.length }, (_, unit): Unit => {
    return { unit, sign: span[0]![unit]! < 0 ? -1 : 1 };
  }).filter(
    (each) =>
      span.every((state) => isOn(state, each, threshold)) &&
      !around.some((state) => isOn(state, each, threshold)),
  );
}

/**
 * Return where else so many units are on together, the best places first.
 *
 * Runs of words at which all are on; if these are few, runs of all but one, all but two…, at most
 * half of them. The more of them stay on throughout, the fewer others do beside them, the longer a
 * run is, the better.
 *
 * References:
 *   Strobelt et al., "LSTMVis: A Tool for Visual Analysis of Hidden State Dynamics in Recurrent
 *   Neural Networks", 2018, section 5. Unlike there, units below 0 count too.
 */
export function placesOf(texts: readonly Read[], wanted: Wanted): Place[] {
  const { units, threshold, least, most } = wanted;
  if (units.length === 0) return [];
  const counts = texts.map(({ states }) =>
    states.map((state) => units.filter((each) => isOn(state, each, threshold)).length),
  );
  const found: Place[] = [];
  for (let lacking = 0; lacking <= units.length / 2 && found.length < most; lacking++) {
    const before = found.slice();
    counts.forEach((count, text) => {
      const near = before.filter((place) => place.text === text);
      for (const [start, end] of runsOf(count, units.length - lacking)) {
        if (end - start < least || near.some((place) => place.start < end && start < place.end))
          continue;
        const all = unitsOn(texts[text]!.states, [start, end], threshold, false);
        const shared = all.filter((one) => units.some((other) => same(one, other))).length;
        if (shared === 0) continue;
        found.push({ text, start, end, shared, either: all.length + units.length - shared });
      }
    });
  }
  return found
    .sort(
      (a, b) => b.shared - a.shared || a.either - b.either || b.end - b.start - (a.end - a.start),
    )
    .slice(0, most);
}

const same = (a: Unit, b: Unit): boolean => a.unit === b.unit && a.sign === b.sign;

/** Return the longest runs of numbers that are at least so large. */
export function runsOf(counts: readonly number[], least: number): [number, number][] {
  const runs: [number, number][] = [];
  let start = 0;
  for (let t = 0; t <= counts.length; t++) {
    if (t < counts.length && counts[t]! >= least) continue;
    if (t > start) runs.push([start, t]);
    start = t + 1;
  }
  return runs;
}
