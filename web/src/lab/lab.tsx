import { useEffect, useRef, useState } from "preact/hooks";
import { Card } from "../ui/card";
import { type Address, addressOf, hashOf, type Settings } from "./address";
import { EXPERIMENTS } from "./experiments";
import type { Models } from "./models";
import "./lab.css";

/** Browsers refuse addresses that change more often than some three times a second. */
const SETTLED_MS = 350;

/** The experiments: one at a time, its settings in the address, so that a link is what one sees. */
export function Lab({ title, models }: { title: string; models: Models }) {
  const [address, change] = useAddress();
  const name = address.place.replace(/^lab\//, "");
  const shown = Object.hasOwn(EXPERIMENTS, name) ? EXPERIMENTS[name] : undefined;
  const heading = useRef<HTMLHeadingElement>(null);
  const first = useRef(true);
  // whoever went elsewhere reads on there
  useEffect(() => {
    document.title = shown ? `${shown.title} – ${title}` : title;
    if (!first.current) heading.current?.focus();
    first.current = false;
  }, [name]);
  return (
    <>
      <header class="lab-head not-printed">
        <a href="#lab">{title}</a>
        <nav aria-label="Experiments">
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
      <main class="lab">
        <h1 ref={heading} tabIndex={-1}>
          {shown?.title ?? title}
        </h1>
        <p class="lead">{shown?.summary ?? "Networks with a memory, to be taken apart by hand."}</p>
        {shown ? (
          <shown.component key={name} settings={address.settings} change={change} models={models} />
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
    </>
  );
}

/** The page's address as state: links make history, settings change the entry that is there. */
function useAddress(): [Address, (some: Settings) => void] {
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
        () => history.replaceState(history.state, "", hashOf(next)),
        SETTLED_MS,
      );
      return next;
    });
  return [address, change];
}
