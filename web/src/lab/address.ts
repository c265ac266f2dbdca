/** What of a page stands in its address: where one is, and how everything there is set. */
export interface Address {
  /** As "lab/cell" or "tour/3". */
  place: string;
  settings: Settings;
}

/** By name; what is not set is as the experiment begins. */
export type Settings = Readonly<Record<string, string>>;

/** Reads "#lab/cell?u=0.9": an address that somebody was sent is an experiment. */
export function addressOf(hash: string): Address {
  const [place = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  return { place, settings: Object.fromEntries(new URLSearchParams(query)) };
}

/** Writes what `addressOf` reads; settings that are empty are left out. */
export function hashOf({ place, settings }: Address): string {
  const query = new URLSearchParams(
    Object.entries(settings).filter(([, value]) => value !== ""),
  ).toString();
  return `#${place}${query ? `?${query}` : ""}`;
}
