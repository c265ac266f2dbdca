/** Sizes that the reader sets. */
export interface Sizes {
  batch: number;
  time: number;
  embedding: number;
  hidden: number;
  vocabulary: number;
}

export type Shape = readonly number[];

/** A tensor as it comes into a line or leaves it. */
export interface Flow {
  name: string;
  shape: Shape;
  /** What each axis counts. */
  axes: readonly string[];
}

export interface Line {
  code: string;
  /** What the line does; nothing where it only holds the others together. */
  told?: string;
  /** Weights that the line makes, by their key. */
  weights?: readonly [string, Shape][];
  in?: readonly Flow[];
  out?: readonly Flow[];
}

/** The chapter's class, line by line, with what flows through each. */
export function linesOf({ batch, time, embedding, hidden, vocabulary }: Sizes): Line[] {
  const text: Flow = { name: "text", shape: [batch, time], axes: ["rows", "steps"] };
  const embedded: Flow = {
    name: "embedded",
    shape: [batch, time, embedding],
    axes: ["rows", "steps", "numbers a word"],
  };
  const output: Flow = {
    name: "output",
    shape: [batch, time, hidden],
    axes: ["rows", "steps", "units"],
  };
  const last: Flow = {
    name: "hidden",
    shape: [1, batch, hidden],
    axes: ["layers", "rows", "units"],
  };
  const first: Flow = { name: "hidden[0]", shape: [batch, hidden], axes: ["rows", "units"] };
  const score: Flow = { name: "score", shape: [batch, 1], axes: ["rows", "outputs"] };
  return [
    { code: "class Chapter(torch.nn.Module):" },
    { code: "    def __init__(self, vocabulary):" },
    { code: "        super().__init__()" },
    {
      code: `        self.embedding = torch.nn.Embedding(vocabulary, ${embedding})`,
      told: "A table with one row a word: each word of the vocabulary has its own numbers, which are learnt.",
      weights: [["embedding.weight", [vocabulary, embedding]]],
    },
    {
      code: `        self.rnn = torch.nn.RNN(${embedding}, ${hidden}, batch_first=True)`,
      told: "The recurrent layer. weight_ih reads the word (W), weight_hh reads the state (U), and torch keeps two biases, which are only ever added. l0 is the first layer. None of these sizes hangs on how long a text is.",
      weights: [
        ["rnn.weight_ih_l0", [hidden, embedding]],
        ["rnn.weight_hh_l0", [hidden, hidden]],
        ["rnn.bias_ih_l0", [hidden]],
        ["rnn.bias_hh_l0", [hidden]],
      ],
    },
    {
      code: `        self.fc = torch.nn.Linear(${hidden}, 1)`,
      told: "The answer: one weighted sum of the units of the state.",
      weights: [
        ["fc.weight", [1, hidden]],
        ["fc.bias", [1]],
      ],
    },
    { code: "" },
    {
      code: "    def forward(self, text):",
      told: "text holds the numbers of the words: whole numbers below the size of the vocabulary. Rows come first, then time.",
      out: [text],
    },
    {
      code: "        embedded = self.embedding(text)",
      told: "Each number of a word is looked up in the table. One axis comes to the shape.",
      in: [text],
      out: [embedded],
    },
    {
      code: "        output, hidden = self.rnn(embedded)",
      told: "The loop over the steps. output is the state after every step, hidden the state after the last. hidden has layers first and then rows, also with batch_first=True.",
      in: [embedded],
      out: [output, last],
    },
    {
      code: "        score = self.fc(hidden[0])",
      told: "hidden[0] takes the one layer: its first axis goes. Then each row has one number.",
      in: [first],
      out: [score],
    },
    {
      code: "        return torch.sigmoid(score)",
      told: "Each number becomes a probability from 0 to 1. The shape stays.",
      in: [score],
      out: [{ ...score, name: "probability" }],
    },
  ];
}

/** How a tensor is drawn: squares down (rows) and across (steps), and the numbers in each square. */
export function squaresOf(shape: Shape, axes: readonly string[]): [number, number, number] {
  const length = (...names: string[]) =>
    shape.reduce((product, size, n) => (names.includes(axes[n]!) ? product * size : product), 1);
  const [down, across] = [length("rows"), length("steps")];
  return [down, across, sizeOf(shape) / (down * across)];
}

/** How many numbers a tensor of this shape holds. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, length) => product * length, 1);
}

export function shapeText(shape: Shape): string {
  return `(${shape.join(", ")}${shape.length === 1 ? "," : ""})`;
}
