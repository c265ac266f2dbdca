/** A date by the clock on the wall, whose fields are those of `wall` in UTC. */
export interface Moment {
  wall: Date;
  /** Seconds by which the clock is ahead of UTC; undefined where nobody says. */
  offset: number | undefined;
}

/** Days from Monday, 0 to 6. */
export function weekdayOf(date: Date): number {
  return (date.getUTCDay() + 6) % 7;
}

/** Return a date of the calendar, of any year from 1 on. */
export function dateOf(year: number, month: number, day: number): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  return date;
}

/** Return by how many seconds the clocks of a zone are ahead at a time in UTC, in ms since 1970. */
export function offsetAt(zone: string, utc: number): number {
  if (zone === "UTC") {
    return 0;
  }
  if (/^[+-]/.test(zone)) {
    return Number(zone);
  }
  const parts = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    hourCycle: "h23",
    ...{ year: "numeric", month: "numeric", day: "numeric" },
    ...{ hour: "numeric", minute: "numeric", second: "numeric" },
  }).formatToParts(utc);
  const field = (name: string) => Number(parts.find(({ type }) => type === name)!.value);
  const wall = Date.UTC(
    field("year"),
    field("month") - 1,
    field("day"),
    field("hour"),
    field("minute"),
    field("second"),
  );
  return (wall - Math.floor(utc / 1000) * 1000) / 1000;
}

/** Return by how many seconds the clocks of a zone are ahead at a time on the wall. */
export function offsetOn(zone: string, wall: number): number {
  const near = offsetAt(zone, wall);
  return offsetAt(zone, wall - 1000 * near);
}
