import { Random } from "./random";

/** What each of T steps adds to a score. */
export interface Shares {
  /** `(T)`; above 0 speaks for the answer. Those of `shapley` sum to `end` - `start`. */
  values: number[];
  /** The score of no steps. */
  start: number;
  /** The score of the whole. */
  end: number;
  /** Largest standard error of a share, from the spread over pairs of orders. */
  error: number;
  /** Random orders that were walked. */
  orders: number;
}

/** The scores of growing parts: of no steps, of the first of an order, of the first two… */
export type Growing = (order: number[]) => number[];

const MOST = 256;
/** Products of weights that all orders together may take: some seconds. */
const PRODUCTS = 3e9;
/** What a step costs besides its products, in products. */
const STEP = 10_000;

/**
 * Return how many orders of the steps are worth their time: even, 4 to 256.
 *
 * @param steps - of the whole.
 * @param products - of one step of the network.
 */
export function ordersFor(steps: number, products: number): number {
  const order = (steps ** 2 / 2) * (products + STEP);
  return 2 * Math.max(2, Math.min(MOST / 2, Math.floor(PRODUCTS / order / 2)));
}

/**
 * Estimate Shapley values: what a step adds when it comes, over random orders, each at its place.
 *
 * Orders come in pairs, one the other's reverse, as in `elman.attribution.shapley`.
 */
export function shapley(growing: Growing, steps: number, orders: number, seed = 0): Shares {
  const pick = new Random(seed);
  const pairs = Math.max(2, Math.floor(orders / 2));
  return shapleyOver(
    growing,
    Array.from({ length: pairs }, () => pick.permutation(steps)),
  );
}

/** Estimate them over given orders and their reverses. */
export function shapleyOver(growing: Growing, orders: number[][]): Shares {
  const T = orders[0]!.length;
  const sums = new Float64Array(T);
  const squares = new Float64Array(T);
  let [start, end] = [0, 0];
  for (const order of orders) {
    const pair = new Float64Array(T);
    for (const one of [order, order.slice().reverse()]) {
      const scores = growing(one);
      [start, end] = [scores[0]!, scores[T]!];
      one.forEach((place, n) => {
        pair[place] = pair[place]! + (scores[n + 1]! - scores[n]!) / 2;
      });
    }
    pair.forEach((gain, place) => {
      sums[place] = sums[place]! + gain;
      squares[place] = squares[place]! + gain * gain;
    });
  }
  const P = orders.length;
  const values = Array.from(sums, (sum) => sum / P);
  const errors = values.map((mean, n) =>
    Math.sqrt(Math.max(squares[n]! - P * mean * mean, 0) / (P - 1) / P),
  );
  return { values, start, end, error: Math.max(...errors), orders: 2 * P };
}
