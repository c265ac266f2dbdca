import { useEffect, useState } from "preact/hooks";
import type { Lab, LabelledText } from "../payload";
import { type Model, modelOf, type Packed } from "../runtime";

/** A model that the page can ask, packed by `elman/web/packed.py`; it comes when it is asked for. */
export interface Offered {
  name: string;
  /** For people, as "GRU, reviews". */
  title: string;
  task: string;
  /** The model, ready to answer; the same one every time. */
  load: () => Promise<Model["model"]>;
  /** As it was packed, for a worker to unpack. */
  packed: () => Promise<Packed>;
  /** Texts with labels that it may be tried on; none of other tasks. */
  texts: () => Promise<LabelledText[]>;
}

export type Models = readonly Offered[];

/** The models of a lab: out of its payload, else from where the page lies. */
export function modelsOf({ models = [], texts }: Lab): Models {
  const reviews = once(async () => texts ?? (await fetched<LabelledText[]>("models/texts.json")));
  return models.map(({ name, title, task, packed: held }) => {
    const packed = once(async () => held ?? (await fetched<Packed>(`models/${name}.json`)));
    return {
      ...{ name, title, task, packed },
      load: once(async () => modelOf(await packed()).model),
      texts: task === "classify" ? reviews : async () => [],
    };
  });
}

/** What a promise came to, or in a sentence why it did not; neither while it is waited for. */
export function useComing<T>(make: () => Promise<T>, of: unknown): { value?: T; failed?: string } {
  const [came, setCame] = useState<{ of: unknown; value?: T; failed?: string }>({ of: undefined });
  useEffect(() => {
    let wanted = true;
    make().then(
      (value) => wanted && setCame({ of, value }),
      (error: unknown) =>
        wanted && setCame({ of, failed: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [of]);
  return came.of === of ? came : {};
}

async function fetched<T>(address: string): Promise<T> {
  const came = await fetch(address).catch(() => undefined);
  if (came === undefined)
    throw new Error(
      location.protocol === "file:"
        ? `${address} did not come: a page that was opened as a file cannot fetch. Put the folder on a web host`
        : `${address} did not come: its server does not answer. Is it still running?`,
    );
  if (!came.ok) throw new Error(`${address} did not come: ${came.status} ${came.statusText}`);
  return came.json();
}

/** Does something when it is first asked for; what failed is tried again the next time. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make().catch((error: unknown) => {
      made = undefined;
      throw error;
    });
    return made;
  };
}
