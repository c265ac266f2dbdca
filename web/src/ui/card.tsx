import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";

/** One section of a page, under its heading. */
export function Card({
  title,
  lead,
  children,
}: {
  title: string;
  /** One sentence below the heading. */
  lead?: string | undefined;
  children?: ComponentChildren;
}) {
  const id = useId();
  return (
    <section class="card" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {lead !== undefined && <p class="lead">{lead}</p>}
      {children}
    </section>
  );
}
