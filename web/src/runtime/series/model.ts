import { InputError } from "../errors";
import { networkOf } from "../network/build";
import type { AnyNetwork } from "../network/walk";
import type { Saved } from "../saved";
import { specOf } from "../spec";
import { Steps } from "../steps";
import { type Calendar, dateAt } from "./calendar";
import { Channels, type Covariate, type SavedChannels } from "./channels";
import { type End, endsOf, type SavedEnds } from "./ends";
import { bridged, mean, type Scaling, Units } from "./scaling";
import { Spread } from "./spread";

/** Where the next values lie with the probability that was asked for, each by itself. */
export interface Interval {
  lower: number[];
  upper: number[];
}

/** The next values of a series, first the nearest; `dates` where it has any. */
export interface Forecast {
  name: string;
  values: number[];
  dates: string[];
  /** By level in per cent, as "80". */
  intervals: Record<string, Interval>;
}

/** A series: its newest values, NaN where one is missing, and its dates. */
export interface KeptSeries {
  name: string;
  values: number[];
  dates: string[];
}

/** A series that is asked about, and how many steps of the calendar lie before its first value. */
interface Asked {
  name: string;
  values: number[];
  calendar?: Calendar;
  first: number;
  /** What is known beside the values and of the steps to come, a row each. */
  beside?: number[][];
}

const LEVELS = [80, 95];
/** Size of a value. */
const LARGEST = 1e100;
/** Share of the whole series' spread that is added to the spread of every window. */
const FLOOR = 0.05;
const LEAST_FLOOR = 1e-200;
/** Of models of old, which did not say. */
const NO_LOGARITHM = { logarithm: false, least: 0 };

/** A forecaster of series. */
export class SeriesModel {
  readonly network: AnyNetwork;
  readonly window: number;
  readonly horizon: number;
  readonly season: number;
  private readonly scaling: Scaling;
  private readonly nonNegative: boolean;
  private readonly calendar: Calendar | undefined;
  private readonly channels: Channels;
  private readonly spread: Spread;
  private readonly ends: End[];

  /** The part series.json is needed. */
  constructor(saved: Saved) {
    const { input } = saved;
    this.scaling = { ...NO_LOGARITHM, ...(input.scaling as Scaling) };
    this.window = input.window as number;
    this.horizon = input.horizon as number;
    this.season = this.scaling.season;
    const segment = (input.segment as number | undefined) ?? 1;
    const channels = input.channels as SavedChannels | undefined;
    this.channels = new Channels(channels, segment, this.horizon);
    this.nonNegative = input.non_negative === true;
    this.calendar = (input.calendar as Calendar | null | undefined) ?? undefined;
    this.spread = new Spread(saved.output);
    this.ends = endsOf(saved.parts["series.json"] as SavedEnds | undefined, input);
    this.network = networkOf(specOf(saved.network), saved.tensors);
  }

  /** The series that were learnt from, with their newest values. */
  get series(): KeptSeries[] {
    return this.ends.map((end) => ({
      name: end.name,
      values: end.values,
      dates: this.dates(end.first, end.values.length),
    }));
  }

  /** What it reads beside the values. */
  get covariates(): readonly Covariate[] {
    return this.channels.covariates;
  }

  /**
   * What stands beside a series that was learnt from, a row of columns for each of its values and
   * then of each step to come; `made` says whether something had to be made up for those.
   */
  beside(series = 0): { rows: number[][]; made: boolean } {
    const { values, known } = this.end(series);
    return this.held(this.rowsOf(known), values.length);
  }

  /** The same of other rows, where not all is known of the steps to come. */
  held(rows: readonly number[][], values: number): { rows: number[][]; made: boolean } {
    return this.channels.held(rows, values);
  }

  /** Return what follows a series that was learnt from, by its number in `series`. */
  forecast(series = 0, levels: number[] = LEVELS): Forecast {
    const { values, known } = this.end(series);
    return this.after(series, values, this.rowsOf(known), levels);
  }

  /**
   * Return what follows a series that was learnt from if its last values were others.
   *
   * @param values - in place of the newest; the last one keeps its date.
   * @param rows - beside the newest values that were learnt from and the steps to come.
   */
  after(
    series: number,
    values: number[],
    rows: readonly number[][] = this.beside(series).rows,
    levels: number[] = LEVELS,
  ): Forecast {
    const end = this.end(series);
    const more = values.length - end.values.length;
    const unknown = new Array<number>(this.channels.width).fill(Number.NaN);
    const before = Array.from({ length: Math.max(more, 0) }, () => unknown);
    const beside = [...before, ...rows.slice(Math.max(-more, 0))];
    const dated = this.calendar && { calendar: this.calendar };
    return this.said({ name: end.name, values, first: end.first - more, beside, ...dated }, levels);
  }

  /** Return what follows values, oldest first, NaN where one is missing. */
  answer(values: number[], levels: number[] = LEVELS): Forecast {
    return this.said({ name: "", values, first: 0 }, levels);
  }

  /** Begin a stream: values come one by one, the newest window is read. */
  stream(): { feed(value: number): Forecast } {
    const recent: number[] = [];
    return {
      feed: (value) => {
        const said = this.answer([...recent, value].slice(-this.window));
        recent.push(value);
        recent.splice(0, recent.length - this.window);
        return said;
      },
    };
  }

  private end(series: number): End {
    const end = this.ends[series];
    if (end === undefined) {
      throw new InputError(`there are ${this.ends.length} series, and no number ${series}`);
    }
    return end;
  }

  private rowsOf(known: number[]): number[][] {
    const width = this.channels.width;
    const rows = width ? known.length / width : 0;
    return Array.from({ length: rows }, (_, n) => known.slice(n * width, (n + 1) * width));
  }

  private said(asked: Asked, levels: number[]): Forecast {
    const { values, first, calendar, name } = asked;
    const window = this.checked(values);
    const { scaling, lowest } = this.unitsOf(asked);
    const units = new Units(scaling, bridged(window, scaling.season));
    const outputs = this.network.forward(this.steps(units, asked, scaling));
    const ahead = units.ahead(this.horizon);
    const said = Array.from(outputs, (output, n) =>
      Math.max(units.back(ahead[n]! + output), lowest),
    );
    const intervals = (this.spread.known ? levels : []).map((level) => {
      const moved = this.spread.moved(level);
      const end = (by: number[]) =>
        said.map((value, n) => Math.max(units.back(units.there(value) + by[n]!), lowest));
      return [String(level), { lower: end(moved.lower), upper: end(moved.upper) }];
    });
    const dates = calendar ? this.dates(first + values.length, this.horizon) : [];
    return { name, values: said, dates, intervals: Object.fromEntries(intervals) };
  }

  private steps(units: Units, asked: Asked, scaling: Scaling): Steps {
    // of models of old, which had a shortcut, a short window is not filled up
    const fill = scaling.shortcut === "none" ? this.window - units.x.length : 0;
    const x = [...new Array<number>(fill).fill(0), ...units.x];
    const floats = this.channels.steps(x, {
      rows: asked.beside,
      values: asked.values.length,
      calendar: asked.calendar,
      position: asked.first + asked.values.length,
      unit: scaling.floor / FLOOR / units.scale,
    });
    return new Steps(Float32Array.from(floats), this.channels.columns);
  }

  private checked(values: number[]): number[] {
    const there = values.filter((value) => !Number.isNaN(value));
    const large = there.find((value) => Math.abs(value) > LARGEST);
    if (large !== undefined) {
      throw new InputError(`${large}: beyond ${LARGEST}, too large for a forecast`);
    }
    const window = values.slice(-this.window);
    if (window.every(Number.isNaN)) {
      throw new InputError(
        `none of the last ${this.window} values is there; a forecast needs one at least`,
      );
    }
    return window;
  }

  /** Return how a series is scaled, and below what it does not fall. */
  private unitsOf({ name, values }: Asked): { scaling: Scaling; lowest: number } {
    const { scaling, ends } = this;
    const floorOf = (lowest: number) => (lowest >= 0 ? 0 : -Infinity);
    if (ends.length === 1) {
      return { scaling, lowest: this.nonNegative ? 0 : -Infinity };
    }
    const end = ends.find((each) => each.name === name);
    const there = values.filter((value) => !Number.isNaN(value));
    const lowest = end?.lowest ?? Math.min(...there);
    const least = scaling.logarithm ? Math.max(lowest, LEAST_FLOOR) / 10 : 0;
    const read = there.map((value) =>
      scaling.logarithm ? Math.log(Math.max(value, least)) : value,
    );
    const centre = mean(read);
    const spread = FLOOR * Math.sqrt(mean(read.map((value) => (value - centre) ** 2)));
    const own = spread >= LEAST_FLOOR ? Math.min(spread, LARGEST) : 1;
    return { scaling: { ...scaling, floor: end?.floor ?? own, least }, lowest: floorOf(lowest) };
  }

  private dates(first: number, count: number): string[] {
    const { calendar } = this;
    return calendar === undefined
      ? []
      : Array.from({ length: count }, (_, n) => dateAt(calendar, first + n));
  }
}
