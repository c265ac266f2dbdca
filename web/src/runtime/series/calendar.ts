import { InputError } from "../errors";
import { dateOf, type Moment, offsetAt, offsetOn, weekdayOf } from "./moment";
import { writeDate } from "./write-date";

const DAY = 86_400;
const FIRST_WORKDAY = 0;
const LAST_WORKDAY = 32;

/** An even sequence of dates, as `elman.data.series.calendar.Calendar` has it. */
export interface Calendar {
  form: string;
  unit: "seconds" | "workdays" | "months" | "counts";
  step: number;
  start: string;
  day: number;
  week: string;
  zone: string;
}

/** Write the date that many steps after the first; of counts the number. */
export function dateAt(calendar: Calendar, position: number): string {
  if (calendar.unit === "counts") {
    return String(Number((Number(calendar.start) + position * calendar.step).toPrecision(15)));
  }
  return writeDate(momentAt(calendar, position), calendar.form);
}

/** Return the date that many steps after the first; a calendar of counts has none. */
export function momentAt(calendar: Calendar, position: number): Moment {
  const { unit, step, zone } = calendar;
  const start = startOf(calendar);
  const moved = MOVED[unit](start, position, calendar);
  if (!(moved.getUTCFullYear() >= 1 && moved.getUTCFullYear() <= 9999)) {
    throw new InputError("after the last date that is known there are no dates any more");
  }
  if (!zone) {
    return { wall: moved, offset: undefined };
  }
  if (unit === "seconds" && step < DAY) {
    const offset = offsetAt(zone, moved.getTime());
    return { wall: new Date(moved.getTime() + 1000 * offset), offset };
  }
  return { wall: moved, offset: offsetOn(zone, moved.getTime()) };
}

type Moved = (start: Date, position: number, calendar: Calendar) => Date;

const MOVED: Record<Calendar["unit"], Moved> = {
  counts: (start) => start,
  seconds: (start, position, { step }) => new Date(start.getTime() + 1000 * position * step),
  workdays: (start, position, { week }) => {
    const days = [...week].filter((day) => day === "1").length;
    let weekday = weekdayOf(start);
    let gone = 7 * Math.floor(position / days);
    for (let left = position % days; left > 0; ) {
      weekday = (weekday + 1) % 7;
      gone++;
      left -= week[weekday] === "1" ? 1 : 0;
    }
    return new Date(start.getTime() + 1000 * DAY * gone);
  },
  months: (start, position, { step, day }) => {
    const months = start.getUTCFullYear() * 12 + start.getUTCMonth() + position * Math.trunc(step);
    const [year, month] = [Math.floor(months / 12), ((months % 12) + 12) % 12];
    const moved = dateOf(year, month, dayOf(year, month, day));
    return new Date(moved.getTime() + (((start.getTime() % 864e5) + 864e5) % 864e5));
  },
};

/** Return the day of a month by a rule of `Calendar.day`: 32 and 0 are its last and first workday. */
function dayOf(year: number, month: number, rule: number): number {
  const length = dateOf(year, month + 1, 0).getUTCDate();
  const weekday = weekdayOf(dateOf(year, month, 1));
  if (rule === FIRST_WORKDAY) {
    return weekday === 5 ? 3 : weekday === 6 ? 2 : 1;
  }
  if (rule === LAST_WORKDAY) {
    return length - Math.max(((weekday + length - 1) % 7) - 4, 0);
  }
  return Math.min(rule, length);
}

/** Read the first date, in ISO form. */
function startOf({ start, unit }: Calendar): Date {
  const found = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?/.exec(start);
  if (unit === "counts" || found === null) {
    return new Date(0);
  }
  const [year, month, day, hour, minute, second] = found
    .slice(1, 7)
    .map((part) => Number(part ?? 0));
  const time = ((hour! * 60 + minute!) * 60 + second!) * 1000 + 1000 * Number(found[7] ?? 0);
  return new Date(dateOf(year!, month! - 1, day!).getTime() + time);
}
