import { useEffect, useRef } from "preact/hooks";
import type { Address } from "../../lab/address";
import { Entry } from "../../ui/entry";
import { found } from "../found";
import type { Page, Term } from "../read/files";
import { Prose } from "./prose";

/** Every word, to be searched; an address may point to one. */
export function Glossary({
  page,
  at,
  address,
  go,
}: {
  page: Page<Term>;
  /** The id of the word that the address points to. */
  at: string | undefined;
  address: Address;
  go: (address: Address) => void;
}) {
  const asked = address.settings.find ?? "";
  const terms = found(page.parts, asked);
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    if (at === undefined) return;
    place.current?.scrollIntoView({ block: "center" });
    place.current?.focus({ preventScroll: true });
  }, [at]);
  return (
    <>
      <Prose text={page.lead} />
      <search class="not-printed">
        <Entry
          label="Search"
          value={asked}
          onInput={(find) => go({ ...address, settings: { find } })}
        />
      </search>
      <p role="status" class="quiet">
        {terms.length === page.parts.length
          ? `${terms.length} words`
          : `${terms.length} of ${page.parts.length} words`}
      </p>
      <dl class="glossary">
        {terms.map((term) => (
          <div key={term.id} class={term.id === at ? "term-at" : undefined}>
            <dt ref={term.id === at ? place : undefined} tabIndex={term.id === at ? -1 : undefined}>
              {term.term}
            </dt>
            <dd>
              <Prose text={term.meaning} terms={page.parts} except={term.id} />
            </dd>
          </div>
        ))}
      </dl>
    </>
  );
}
