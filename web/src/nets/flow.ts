import { backward, forward } from "./layer";
import type { RecallNet } from "./net";
import { Random } from "./random";
import { sequences } from "./recall";

/**
 * How much of a gradient at the last step reaches the state k steps before.
 *
 * With s the state (h, and c of an LSTM) and v a random direction at the last h,
 *
 *     δ_k = v · ∂h_T/∂s_{T−k}        G(k) = Σ ‖δ_k‖ / Σ ‖δ_0‖     sums over sequences
 *
 * The half-life is −ln 2 / slope of a straight line through ln G (k ≥ 1), as of elman's
 * `memory.measures.gradient`. Nothing is estimated but by the sequences: each δ_k is exact.
 */
export interface Flow {
  /** G(k), from k = 0 on. */
  mean: number[];
  /** The least and the most of any one sequence. */
  least: number[];
  most: number[];
  /** Steps; infinite where nothing decays. */
  halfLife: number;
}

/** Below this share of δ_0 a gradient is rounding. */
const FLOOR = 1e-12;

const SEQUENCES = 12;

/** Of sequences of the recall task with `lag` steps between their ends. */
export function flowOf(net: RecallNet, lag: number, seed: number): Flow {
  const random = new Random(seed + 1);
  const { layer } = net;
  const H = layer.units;
  const table = net.projected();
  const tape = forward(layer, table, sequences(SEQUENCES, lag + 1, random), SEQUENCES);
  const direction = Float64Array.from({ length: SEQUENCES * H }, () => random.normal());
  const norms: number[][] = [];
  const norm = (array: ArrayLike<number>, b: number) =>
    array.length === 0 ? 0 : Math.hypot(...Array.from({ length: H }, (_, u) => array[b * H + u]!));
  backward(layer, table, tape, direction, (t, dh, dc) => {
    if (t === 0) return;
    norms.push(Array.from({ length: SEQUENCES }, (_, b) => Math.hypot(norm(dh, b), norm(dc, b))));
  });
  const first = norms[0]!;
  const whole = sum(first);
  const shares = norms.map((row) => row.map((value, b) => value / first[b]!));
  const mean = norms.map((row) => sum(row) / whole);
  return {
    mean,
    least: shares.map((row) => Math.min(...row)),
    most: shares.map((row) => Math.max(...row)),
    halfLife: halfLife(mean),
  };
}

/** The share of the gradient that one step back keeps. */
export const keptOf = ({ halfLife }: Flow): number => 0.5 ** (1 / halfLife);

/** Of least squares on ln G, k ≥ 1, as long as it stands out of rounding. */
export function halfLife(curve: readonly number[]): number {
  const lost = curve.findIndex((value) => !(value > FLOOR && Number.isFinite(value)));
  const stop = lost === -1 ? curve.length : lost;
  if (stop < 2) return 0;
  // without k = 0, where the gradient has not yet reached the c of an LSTM
  const lags = Array.from({ length: stop }, (_, k) => k).slice(stop > 2 ? 1 : 0);
  const logs = lags.map((k) => Math.log(curve[k]!));
  const k = sum(lags) / lags.length;
  const log = sum(logs) / lags.length;
  const slope =
    sum(lags.map((lag, i) => (lag - k) * (logs[i]! - log))) /
    sum(lags.map((lag) => (lag - k) ** 2));
  // a rate of 1 up to rounding is no decay
  return slope >= -1e-7 ? Infinity : -Math.LN2 / slope;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
