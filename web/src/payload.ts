import type { Packed } from "./runtime";

export type { Packed };

/** What Python puts into a page: `elman/web/page.py` writes it, `elman/web/blocks.py` the blocks. */
export type Payload = Report | Lab;

/** Things to try, with models to try them on. */
export interface Lab {
  kind: "lab";
  title: string;
  /** Without `packed` a model is fetched from `models/NAME.json`, next to the page. */
  models?: { name: string; title: string; task: string; packed?: Packed }[];
  /** Texts to look through; without them they are fetched from `models/texts.json`. */
  texts?: LabelledText[];
  /** The tour's stops, by name. */
  tour?: Record<string, string>;
}

export interface LabelledText {
  text: string;
  label: string;
}

/** A model, looked at from all sides. */
export interface Report {
  kind: "report";
  title: string;
  sections: Section[];
  model: Packed | null;
  /** What the model itself said, for the page to hold its own answers against. */
  checks: Check[];
  /** How far answers with the page's weights are from the model's, as Python measured it. */
  measured: string;
}

/** One thing that was asked, and the numbers of the answer. */
export interface Check {
  item: unknown;
  numbers: number[];
}

export interface Section {
  title: string;
  blocks: Block[];
}

export type Unit = "share" | "points" | "value";

export interface Figure {
  called: string;
  value: number;
  low: number | null;
  high: number | null;
  role: "model" | "inside" | "rival";
  others: Record<string, number | null>;
}

export interface Line {
  name: string;
  x: number[];
  y: (number | null)[];
  low: (number | null)[] | null;
  high: (number | null)[] | null;
}

export interface TextItem {
  text: string;
  truth: string;
  label: string;
  probability: number;
  where: string;
}

export interface TaggedItem {
  words: string[];
  tags: string[];
  truths?: string[];
  probabilities?: number[];
}

export type Block =
  | { kind: "said"; text: string; tone: "plain" | "verdict" | "quiet" | "warning" }
  | { kind: "facts"; rows: [string, string][] }
  | {
      kind: "figures";
      name: string;
      unit: Unit;
      rows: Figure[];
      higher_is_better: boolean;
      units: Record<string, Unit>;
    }
  | {
      kind: "curve";
      x: string;
      y: string;
      lines: Line[];
      logarithmic: boolean;
      diagonal: boolean;
      caption: string;
    }
  | { kind: "matrix"; labels: string[]; counts: number[][] }
  | { kind: "table"; columns: string[]; rows: (string | number | null)[][]; caption: string }
  | { kind: "texts"; items: TextItem[] }
  | { kind: "words"; words: string[]; values: number[]; answer: string }
  | { kind: "states"; columns: number[][]; labels: string[] }
  | { kind: "tagged"; items: TaggedItem[] }
  | {
      kind: "fan";
      name: string;
      labels: string[];
      past: (number | null)[];
      ahead: number[];
      bands: [string, (number | null)[], (number | null)[]][];
    }
  | { kind: "attention"; source: string[]; target: string[]; weights: number[][] }
  | { kind: "code"; text: string }
  | { kind: "live"; example: string };

export type BlockOf<K extends Block["kind"]> = Extract<Block, { kind: K }>;
