import { dateOf, type Moment, weekdayOf } from "./moment";

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
const MONTHS = [
  ...["January", "February", "March", "April", "May", "June", "July", "August"],
  ...["September", "October", "November", "December"],
];
/** Forms of stamps that count time, and how many of their units are a second. */
const EPOCHS: Record<string, number> = {
  "seconds since 1970": 1,
  "milliseconds since 1970": 1000,
};

/** Write a date in a form, as `elman.data.series.dates.write_date` does. */
export function writeDate({ wall, offset }: Moment, form: string): string {
  const units = EPOCHS[form];
  if (units !== undefined) {
    const seconds = wall.getTime() / 1000 - (offset ?? 0);
    return String(Number((seconds * units).toPrecision(15)));
  }
  const written = form.replace(/%(.)/g, (_, letter: string) => FIELDS[letter]?.(wall) ?? "");
  return written.replace("\0", zoneOf(offset));
}

const FIELDS: Record<string, (date: Date) => string> = {
  Y: (date) => String(date.getUTCFullYear()),
  y: (date) => two(date.getUTCFullYear() % 100),
  m: (date) => two(date.getUTCMonth() + 1),
  b: (date) => MONTHS[date.getUTCMonth()]!.slice(0, 3),
  B: (date) => MONTHS[date.getUTCMonth()]!,
  q: (date) => String(Math.floor(date.getUTCMonth() / 3) + 1),
  d: (date) => two(date.getUTCDate()),
  a: (date) => DAYS[weekdayOf(date)]!,
  u: (date) => String(weekdayOf(date) + 1),
  G: (date) => String(thursdayOf(date).getUTCFullYear()),
  V: (date) => {
    const thursday = thursdayOf(date);
    const begin = dateOf(thursday.getUTCFullYear(), 0, 1).getTime();
    return two(1 + Math.floor((thursday.getTime() - begin) / (7 * 864e5)));
  },
  H: (date) => two(date.getUTCHours()),
  I: (date) => two(((date.getUTCHours() + 11) % 12) + 1),
  p: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
  M: (date) => two(date.getUTCMinutes()),
  S: (date) => two(date.getUTCSeconds()),
  // milliseconds, as most write them
  f: (date) => String(date.getUTCMilliseconds()).padStart(3, "0"),
  z: () => "\0",
};

/** The Thursday of a date's week, whose year the week belongs to. */
function thursdayOf(date: Date): Date {
  return new Date(date.getTime() + (3 - weekdayOf(date)) * 864e5);
}

function zoneOf(offset: number | undefined): string {
  if (offset === undefined) {
    return "";
  }
  const minutes = Math.abs(Math.trunc(offset / 60));
  return `${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function two(number: number): string {
  return String(number).padStart(2, "0");
}
