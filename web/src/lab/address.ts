/** What of a page stands in its address: where one is, and how everything there is set. */
export interface Address {
  /** As "lab/cell" or "tour/3". */
  place: string;
  settings: Settings;
}

/** By name; what is not set, or undefined again, is as the experiment begins. "" is a text, too. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** Reads "#lab/cell?u=0.9": an address that somebody was sent is an experiment. */
export function addressOf(hash: string): Address {
  const [place = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  return { place, settings: Object.fromEntries(new URLSearchParams(query)) };
}

/** Letters of one setting that still go into an address: browsers end some hundred thousand later. */
const LONGEST = 100_000;

/** Parts settings into those that an address has room for, and the names of the others. */
export function fitting(settings: Settings): { fit: Settings; long: string[] } {
  const long = Object.keys(settings).filter((name) => (settings[name]?.length ?? 0) > LONGEST);
  const fit = Object.fromEntries(Object.entries(settings).filter(([name]) => !long.includes(name)));
  return { fit, long };
}

/** Writes what `addressOf` reads. */
export function hashOf({ place, settings }: Address): string {
  const set = Object.entries(settings).filter(
    (each): each is [string, string] => each[1] !== undefined,
  );
  const query = new URLSearchParams(set).toString();
  return `#${place}${query ? `?${query}` : ""}`;
}
