import { readFileSync } from "node:fs";
import { type Packed, unpacked } from "../src/runtime/saved";
import { TextModel } from "../src/runtime/text/model";

/** How fast a page answers: `python -m tests.web.speed` writes the models and runs this. */

interface Written {
  models: Record<string, Packed>;
  text: string;
}

function medianMs(times: number, work: () => void): number {
  const took = Array.from({ length: times }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return took.sort((a, b) => a - b)[Math.floor(times / 2)]!;
}

const { models, text } = JSON.parse(readFileSync(process.argv.at(-1)!, "utf8")) as Written;
const words = text.split(" ");
for (const [name, packed] of Object.entries(models)) {
  const built = medianMs(3, () => new TextModel(unpacked(packed)));
  const model = new TextModel(unpacked(packed));
  const stream = model.stream();
  let next = 0;
  const word = medianMs(20 * words.length, () => stream.feed(words[next++ % words.length]!));
  const whole = medianMs(15, () => model.trajectory(text));
  const shares = medianMs(3, () => model.shares(text, 64));
  const told = [
    `built in ${built.toFixed(0)} ms`,
    `${word.toFixed(3)} ms a word of a stream`,
    `trajectory of ${words.length} words ${whole.toFixed(1)} ms`,
    `shares over 64 orders ${shares.toFixed(0)} ms`,
  ];
  console.log(`${name}: ${told.join(", ")}`);
}
