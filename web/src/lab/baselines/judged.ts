/** The 95 % interval of `right` of n (Wilson 1927), as `elman/judging/interval.py` has it. */
export function shareInterval(right: number, n: number): [number, number] {
  const z = 1.959964;
  const p = right / n;
  const spread = (z * Math.sqrt((right * (n - right)) / n + (z * z) / 4)) / n;
  const centre = p + (z * z) / (2 * n);
  const scale = 1 + (z * z) / n;
  return [Math.max(0, (centre - spread) / scale), Math.min(1, (centre + spread) / scale)];
}

/** Two models on the same rows. */
export interface Compared {
  n: number;
  /** Rows that each has right. */
  model: number;
  opponent: number;
  /** Rows that one alone has right. */
  onlyModel: number;
  onlyOpponent: number;
  /** The difference in points, its 95 % interval, and p of an exact sign test. */
  difference: number;
  low: number;
  high: number;
  p: number;
}

/**
 * Sets two models beside each other.
 *
 * Args: shares right of each, and the share of rows on which one is right and the other wrong; it
 * is at least as large as their difference, and at most what their errors allow.
 */
export function compared(n: number, model: number, opponent: number, apart: number): Compared {
  const rows = (share: number) => Math.round(share * n);
  const [a, b] = [rows(model), rows(opponent)];
  const most = Math.min(a + b, 2 * n - a - b);
  // both numbers of lone rows are whole, so their sum is odd where their difference is
  const wished = Math.min(Math.max(rows(apart), Math.abs(a - b)), most);
  const discordant = (wished + a - b) % 2 === 0 ? wished : wished - 1;
  const onlyModel = (discordant + a - b) / 2;
  const onlyOpponent = discordant - onlyModel;
  const gain = (a - b) / n;
  const spread = Math.sqrt(Math.max(discordant / n - gain * gain, 0) / n);
  return {
    n,
    model: a,
    opponent: b,
    onlyModel,
    onlyOpponent,
    difference: 100 * gain,
    low: 100 * (gain - 1.959964 * spread),
    high: 100 * (gain + 1.959964 * spread),
    p: signTest(onlyModel, onlyOpponent),
  };
}

/** How probable so uneven a split is if each lone row is a fair coin (two-sided, exact). */
export function signTest(a: number, b: number): number {
  const n = a + b;
  let term = -n * Math.LN2;
  let tail = 0;
  for (let k = 0; k <= Math.min(a, b); k++) {
    tail += Math.exp(term);
    term += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}

export const VERDICTS = ["model", "opponent", "open"] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Who won, if chance does not explain the difference. */
export function verdictOf({ p, difference }: Compared): Verdict {
  return p >= 0.05 ? "open" : difference > 0 ? "model" : "opponent";
}
