import { useMemo } from "preact/hooks";
import { type Place, placesOf, type Read, type Unit } from "./search";

const MOST = 50;
/** Places that are in sight at first. */
const FIRST = 15;
/** Words before and after a place that are shown. */
const AROUND = 6;
/** Words that are named as the most frequent ones. */
const FREQUENT = 6;

/** The places in many texts where some units are on together, and what they have in common. */
export function Found({
  corpus,
  labels,
  units,
  threshold,
  least,
}: {
  corpus: readonly Read[];
  /** One a text. */
  labels: readonly string[];
  units: readonly Unit[];
  threshold: number;
  least: number;
}) {
  const places = useMemo(
    () => placesOf(corpus, { units, threshold, least, most: MOST }),
    [corpus, units, threshold, least],
  );
  const whole = places.filter(({ shared }) => shared === units.length).length;
  if (places.length === 0)
    return <p role="status">Nowhere else in {corpus.length} texts are they on together.</p>;
  return (
    <>
      <p role="status">
        {places.length === MOST ? `The best ${MOST} places` : `${places.length} places`} in{" "}
        {corpus.length} texts; at {whole} of them all {units.length} units are on.
      </p>
      <dl class="facts">
        <div>
          <dt>words that are most often there</dt>
          <dd>{counted(places.flatMap((place) => wordsAt(corpus, place))).join(", ")}</dd>
        </div>
        <div>
          <dt>the texts around are</dt>
          <dd>{counted(places.map(({ text }) => labels[text]!)).join(", ")}</dd>
        </div>
        <div>
          <dt>words long</dt>
          <dd>{counted(places.map(({ start, end }) => String(end - start))).join(", ")}</dd>
        </div>
      </dl>
      <Places {...{ corpus, labels, units }} places={places.slice(0, FIRST)} />
      {places.length > FIRST && (
        <details>
          <summary>The other {places.length - FIRST}</summary>
          <Places {...{ corpus, labels, units }} places={places.slice(FIRST)} from={FIRST} />
        </details>
      )}
    </>
  );
}

function Places({
  corpus,
  labels,
  units,
  places,
  from = 0,
}: {
  corpus: readonly Read[];
  labels: readonly string[];
  units: readonly Unit[];
  places: readonly Place[];
  /** How many stand before them. */
  from?: number;
}) {
  return (
    <ol class="found" start={from + 1}>
      {places.map((place) => (
        <li key={`${place.text} ${place.start}`}>
          <Shown read={corpus[place.text]!} place={place} />
          <small>
            {labels[place.text]}; {place.shared} of {units.length} units
            {place.either > units.length && `, and ${place.either - units.length} more`}
          </small>
        </li>
      ))}
    </ol>
  );
}

function Shown({ read: { words }, place: { start, end } }: { read: Read; place: Place }) {
  const before = Math.max(start - AROUND, 0);
  const after = Math.min(end + AROUND, words.length);
  return (
    <p>
      {before > 0 && "… "}
      {words.slice(before, start).join(" ")} <mark>{words.slice(start, end).join(" ")}</mark>{" "}
      {words.slice(end, after).join(" ")}
      {after < words.length && " …"}
    </p>
  );
}

const wordsAt = (corpus: readonly Read[], { text, start, end }: Place): string[] => [
  ...new Set(corpus[text]!.words.slice(start, end)),
];

/** The most frequent of some names, each with its number, as "dull ×12". */
function counted(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, FREQUENT)
    .map(([name, count]) => `${name} ×${count}`);
}
