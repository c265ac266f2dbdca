import { type Calendar, momentAt } from "./calendar";
import { dateOf, weekdayOf } from "./moment";

export type Feature = "hour" | "weekday" | "yearday";

/** How many harmonics each feature has. */
const HARMONICS: Record<Feature, number> = { hour: 4, weekday: 3, yearday: 3 };

/** How many numbers a feature becomes: a sine and a cosine of every harmonic. */
export function widthOf(feature: Feature): number {
  return 2 * HARMONICS[feature];
}

/** Return features of a date: sin and cos of 2πk · the share of day, week or year that has gone by. */
export function phases(calendar: Calendar, features: Feature[], position: number): number[] {
  const { wall } = momentAt(calendar, position);
  const seconds = wall.getUTCSeconds() / 60;
  const year = wall.getUTCFullYear();
  const begin = dateOf(year, 0, 1).getTime();
  const days = (dateOf(year + 1, 0, 1).getTime() - begin) / 864e5;
  const share: Record<Feature, number> = {
    hour: (wall.getUTCHours() + (wall.getUTCMinutes() + seconds) / 60) / 24,
    weekday: weekdayOf(wall) / 7,
    yearday: Math.floor((wall.getTime() - begin) / 864e5) / days,
  };
  return features.flatMap((feature) =>
    Array.from(
      { length: HARMONICS[feature] },
      (_, k) => 2 * Math.PI * (k + 1) * share[feature],
    ).flatMap((angle) => [Math.sin(angle), Math.cos(angle)]),
  );
}
