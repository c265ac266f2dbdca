import { Card } from "../../ui/card";
import type { Kept } from "../kept";
import type { Interview as Asked, Page, Term } from "../read/files";
import { Done } from "./exercises";
import { Notes } from "./notes";
import { Prose } from "./prose";
import { Pointer } from "./shown";

/** Questions to be answered aloud; a model answer, and its experiment, when it is asked for. */
export function Interview({
  page,
  terms,
  kept,
}: {
  page: Page<Asked>;
  terms: readonly Term[] | undefined;
  kept: Kept;
}) {
  return (
    <>
      <Prose text={page.lead} />
      {page.parts.map((asked) => (
        <Card key={asked.id} title={asked.title}>
          <details>
            <summary>A model answer</summary>
            <Prose text={asked.answer} terms={terms} />
            <Pointer shown={asked.shown} />
          </details>
          <Done id={`interview/${asked.id}`} kept={kept} label="I answered this aloud" />
        </Card>
      ))}
      <Notes place="interview" kept={kept} />
    </>
  );
}
