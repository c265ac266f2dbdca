import { useEffect, useRef, useState } from "preact/hooks";
import type { Files } from "../tour/read/course";
import { Tour } from "../tour/tour";
import { Card } from "../ui/card";
import { type Address, addressOf, fitting, hashOf, type Settings } from "./address";
import { leftAt, scrollTo, useLeftAt } from "./back";
import { EXPERIMENTS } from "./experiments";
import type { Models } from "./models";
import "./lab.css";

/** Browsers refuse addresses that change more often than some three times a second. */
const SETTLED_MS = 350;

/** The experiments: one at a time, its settings in the address, so that a link is what one sees. */
export function Lab({
  title,
  models,
  tour,
}: {
  title: string;
  models: Models;
  /** The tour's Markdown by file name; without files there is no tour. */
  tour: Files;
}) {
  const [address, change, go] = useAddress();
  const toured = /^tour(\/|$)/.test(address.place) && Object.keys(tour).length > 0;
  const name = address.place.replace(/^lab(\/|$)/, "");
  const shown = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : undefined;
  const lost = name !== "" && shown === undefined && !toured;
  const main = useRef<HTMLElement>(null);
  const first = useRef(true);
  useEffect(() => {
    // the tour says itself what it shows
    if (!toured) document.title = shown ? `${shown.title} – ${title}` : title;
    // whoever went elsewhere reads on there, also by keyboard; a word of the glossary is its own place
    if (!first.current && !/^tour\/glossary\/./.test(name)) {
      scrollTo(leftAt());
      main.current?.querySelector("h1")?.focus({ preventScroll: true });
    }
    first.current = false;
    // of a line that scrolls
    for (const here of document.querySelectorAll("nav [aria-current]")) centre(here);
  }, [name]);
  useLeftAt();
  return (
    <>
      <header class="lab-head not-printed">
        <a href="#lab">{title}</a>
        <nav aria-label="Experiments">
          {Object.keys(tour).length > 0 && (
            <a href="#tour" aria-current={toured ? "page" : undefined}>
              The tour
            </a>
          )}
          {Object.entries(EXPERIMENTS).map(([each, experiment]) => (
            <a
              key={each}
              href={hashOf({ place: `lab/${each}`, settings: {} })}
              aria-current={each === name ? "page" : undefined}
            >
              {experiment.title}
            </a>
          ))}
        </nav>
      </header>
      {fitting(address.settings).long.length > 0 && (
        <p role="status" class="said warning too-long">
          What you put in is too long for the address: a link to this page leaves it out.
        </p>
      )}
      {toured ? (
        <main ref={main}>
          <Tour within={title} files={tour} address={address} go={go} models={models} />
        </main>
      ) : (
        <main class="lab" ref={main}>
          <h1 tabIndex={-1}>{shown?.title ?? title}</h1>
          {lost && (
            <p role="alert" class="said warning">
              This page has no place “{address.place}”. What there is stands below.
            </p>
          )}
          <p class="lead">
            {shown?.summary ?? "Networks with a memory, to be taken apart by hand."}
          </p>
          {shown ? (
            <>
              <h2 class="hidden">Try it</h2>
              <shown.component
                key={name}
                settings={address.settings}
                change={change}
                models={models}
              />
            </>
          ) : (
            <div class="grid">
              {Object.entries(EXPERIMENTS).map(([each, experiment]) => (
                <Card key={each} title={experiment.title} lead={experiment.summary}>
                  <a href={hashOf({ place: `lab/${each}`, settings: {} })}>
                    Open “{experiment.title}”
                  </a>
                </Card>
              ))}
            </div>
          )}
        </main>
      )}
    </>
  );
}

/** Brings a link into sight within its own line; the page stays where it is. */
function centre(link: Element): void {
  const line = link.parentElement!;
  const [at, within] = [link.getBoundingClientRect(), line.getBoundingClientRect()];
  line.scrollLeft += at.left + at.width / 2 - (within.left + within.width / 2);
}

/** The page's address as state: links make history, settings change the entry that is there. */
function useAddress(): [Address, (some: Settings) => void, (next: Address) => void] {
  const [address, setAddress] = useState(() => addressOf(location.hash));
  const waiting = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    const go = () => {
      clearTimeout(waiting.current);
      setAddress(addressOf(location.hash));
    };
    addEventListener("hashchange", go);
    return () => removeEventListener("hashchange", go);
  }, []);
  const change = (some: Settings) =>
    setAddress((old) => {
      const next = { ...old, settings: { ...old.settings, ...some } };
      clearTimeout(waiting.current);
      waiting.current = setTimeout(
        () =>
          history.replaceState(
            history.state,
            "",
            hashOf({ ...next, settings: fitting(next.settings).fit }),
          ),
        SETTLED_MS,
      );
      return next;
    });
  const go = (next: Address) => {
    if (next.place === address.place) change(next.settings);
    else location.hash = hashOf(next);
  };
  return [address, change, go];
}
