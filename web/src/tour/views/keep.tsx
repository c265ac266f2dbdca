import { useRef, useState } from "preact/hooks";
import type { Kept } from "../kept";
import { fileOf, LONGEST_FILE, NOTHING, progressOf, tooLong } from "../progress";

const FILE = "elman-tour.json";

/** Takes progress and notes out as a file, back in, and away. */
export function Keep({ kept: { progress, update, lasting } }: { kept: Kept }) {
  const [said, setSaid] = useState("");
  const picker = useRef<HTMLInputElement>(null);
  const read = async (file: File | undefined) => {
    if (file === undefined) return;
    try {
      if (file.size > LONGEST_FILE) throw tooLong();
      const found = progressOf(await file.text());
      const kept = fileOf(progress);
      const lost = kept !== fileOf(NOTHING) && kept !== fileOf(found);
      if (lost && !window.confirm(`Put ${file.name} in the place of the progress and notes here?`))
        return;
      update(() => found);
      setSaid(`Read from ${file.name}.`);
    } catch (error) {
      setSaid(`${file.name} was not read: ${error instanceof Error ? error.message : error}.`);
    }
  };
  return (
    <section class="card not-printed" aria-label="Keep your progress">
      <h2>Keep your progress</h2>
      <p class="quiet">
        {lasting
          ? "Progress and notes stay in this browser; nothing is sent anywhere. A file takes them to another one."
          : "This browser keeps nothing here. Export a file before you leave, and import it when you are back."}
      </p>
      <div class="row">
        <button
          type="button"
          onClick={() => {
            download(fileOf(progress));
            setSaid(`Written as ${FILE}.`);
          }}
        >
          Export
        </button>
        <button type="button" onClick={() => picker.current?.click()}>
          Import
        </button>
        <input
          ref={picker}
          type="file"
          accept="application/json,.json"
          hidden
          aria-label="A file of progress"
          onChange={(event) => {
            void read(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
        <button
          type="button"
          onClick={() => {
            if (!window.confirm("Clear all progress and notes in this browser?")) return;
            update(() => NOTHING);
            setSaid("All is cleared.");
          }}
        >
          Clear
        </button>
      </div>
      <p role="status">{said}</p>
    </section>
  );
}

function download(text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  const link = Object.assign(document.createElement("a"), { href: url, download: FILE });
  link.click();
  // the browser may still be reading
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
