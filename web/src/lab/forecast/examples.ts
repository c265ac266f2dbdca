import { Random } from "../../runtime/explain/random";

/** A series to begin with, and the steps of its season. */
export interface Example {
  name: string;
  season: number;
  values: number[];
  /** What is to be known of it. */
  said: string;
}

/** Box and Jenkins, "Time Series Analysis", 1970, series G: 1949 to 1960, thousands a month. */
const AIRLINE = [
  112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118, 115, 126, 141, 135, 125, 149, 170,
  170, 158, 133, 114, 140, 145, 150, 178, 163, 172, 178, 199, 199, 184, 162, 146, 166, 171, 180,
  193, 181, 183, 218, 230, 242, 209, 191, 172, 194, 196, 196, 236, 235, 229, 243, 264, 272, 237,
  211, 180, 201, 204, 188, 235, 227, 234, 264, 302, 293, 259, 229, 203, 229, 242, 233, 267, 269,
  270, 315, 364, 347, 312, 274, 237, 278, 284, 277, 317, 313, 318, 374, 413, 405, 355, 306, 271,
  306, 315, 301, 356, 348, 355, 422, 465, 467, 404, 347, 305, 336, 340, 318, 362, 348, 363, 435,
  491, 505, 404, 359, 310, 337, 360, 342, 406, 396, 420, 472, 548, 559, 463, 407, 362, 405, 417,
  391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
];

const random = new Random(11);
const noise = () => random.next() + random.next() + random.next() - 1.5;

const walked = (steps: number): number[] => {
  let at = 50;
  return Array.from({ length: steps }, () => {
    at += 3 * noise();
    return Math.round(10 * at) / 10;
  });
};

const WEEK = [22, 30, 31, 29, 35, 48, 41];

/** The model of the package that learnt of the first of them. */
export const LEARNT_FIRST = "airline";

export const EXAMPLES: readonly Example[] = [
  {
    name: "airline passengers",
    season: 12,
    values: AIRLINE,
    said: "The page’s model “Airline passengers” has learnt of these 144 months, so its errors here flatter it.",
  },
  {
    name: "a week’s rhythm",
    season: 7,
    values: Array.from({ length: 119 }, (_, n) => Math.round(WEEK[n % 7]! + 4 * noise())),
    said: "A season of seven days with noise, and no growth: hard to say more than a week ago does.",
  },
  {
    name: "a random walk",
    season: 1,
    values: walked(120),
    said: "Steps without direction: nothing foretells it better than its last value.",
  },
];
