/** What a window is scaled by, as `elman.tasks.forecast.coding.scaling.Scaling`. */
export interface Scaling {
  /** Added to every window's spread, in units of the series or of its logarithm. */
  floor: number;
  shortcut: "none" | "last" | "season" | "phase";
  season: number;
  logarithm: boolean;
  /** Of logarithms: what a smaller value is taken for. */
  least: number;
}

/** A window's own units: x = (w - centre) / scale, of the values or of their logarithms. */
export class Units {
  readonly centre: number;
  readonly scale: number;
  /** The window in its own units. */
  readonly x: number[];

  constructor(
    private readonly scaling: Scaling,
    window: number[],
  ) {
    const read = window.map((value) => this.read(value));
    this.centre = mean(read);
    this.scale = Math.sqrt(mean(read.map((value) => (value - this.centre) ** 2))) + scaling.floor;
    this.x = read.map((value) => this.there(value, true));
  }

  /** Return what is added to the network's outputs: of saved models of old, read off the window. */
  ahead(horizon: number): number[] {
    const { shortcut, season } = this.scaling;
    const { x } = this;
    const steps = Array.from({ length: horizon }, (_, n) => n);
    if (shortcut === "none") {
      return steps.map(() => 0);
    }
    if (shortcut === "last" || x.length < season) {
      return steps.map(() => x.at(-1)!);
    }
    const seasons = shortcut === "phase" ? Math.floor(x.length / season) : 1;
    const begin = x.length - seasons * season;
    return steps.map((n) =>
      mean(Array.from({ length: seasons }, (_, k) => x[begin + k * season + (n % season)]!)),
    );
  }

  /** Return a value in units of the series. */
  back(x: number): number {
    const value = this.centre + this.scale * x;
    return this.scaling.logarithm ? Math.exp(Math.min(value, MOST_LOGARITHM)) : value;
  }

  /** Return a value of the series in the window's units. */
  there(value: number, logarithmic = false): number {
    return ((logarithmic ? value : this.read(value)) - this.centre) / this.scale;
  }

  private read(value: number): number {
    const { logarithm, least } = this.scaling;
    return logarithm ? Math.log(Math.max(value, least)) : value;
  }
}

/** Of a value of 1e100, beyond which nothing is forecast. */
const MOST_LOGARITHM = 230;

/**
 * Return a window with something in place of its missing values.
 *
 * The nearest value whole seasons before or after; else what lies on a straight line between.
 */
export function bridged(window: number[], season: number): number[] {
  const filled = window.slice();
  for (let shift = season; season > 1 && shift < window.length; shift += season) {
    for (const other of [-shift, shift]) {
      for (let n = 0; n < filled.length; n++) {
        if (Number.isNaN(filled[n]!)) {
          filled[n] = window[n + other] ?? Number.NaN;
        }
      }
    }
  }
  const there = filled.flatMap((value, n) => (Number.isNaN(value) ? [] : [n]));
  return filled.map((value, n) => (Number.isNaN(value) ? between(filled, there, n) : value));
}

/** Return what lies at a place on the straight line between the nearest values that are there. */
function between(values: number[], there: number[], place: number): number {
  const before = there.findLast((n) => n < place);
  const after = there.find((n) => n > place);
  if (before === undefined || after === undefined) {
    return values[(before ?? after)!]!;
  }
  const slope = (values[after]! - values[before]!) / (after - before);
  return values[before]! + slope * (place - before);
}

/** Return the mean of numbers, of at least one. */
export function mean(values: number[]): number {
  return sum(values, 0, values.length) / values.length;
}

/** Add numbers in numpy's order, in pairs, so that equal ones have a spread of 0 here as there. */
function sum(values: number[], begin: number, end: number): number {
  const count = end - begin;
  if (count > 128) {
    const half = begin + Math.floor(count / 2) - (Math.floor(count / 2) % 8);
    return sum(values, begin, half) + sum(values, half, end);
  }
  const whole = count < 8 ? begin : end - (count % 8);
  const r = values.slice(begin, begin + 8);
  for (let n = begin + 8; n < whole; n++) {
    r[(n - begin) % 8] = r[(n - begin) % 8]! + values[n]!;
  }
  let total =
    whole === begin ? 0 : r[0]! + r[1]! + (r[2]! + r[3]!) + (r[4]! + r[5]! + (r[6]! + r[7]!));
  for (let n = whole; n < end; n++) {
    total += values[n]!;
  }
  return total;
}
