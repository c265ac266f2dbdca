/** A model that the page can ask, packed by `elman/web/packed.py`; it comes when it is asked for. */
export interface Offered {
  name: string;
  /** For people, as "GRU, reviews". */
  title: string;
  task: string;
  load: () => Promise<unknown>;
}

export type Models = readonly Offered[];
