import { flowOf } from "../../nets/flow";
import { type Asked, Learner, type Progress } from "../../nets/learner";
import type { Heard, Told } from "./messages";

/** How long it trains before it looks whether somebody wants it to stop. */
const SLICE_MS = 80;

let learner: Learner | undefined;
let asked: Asked;
let lag = 0;
let running = false;
let waiting: ReturnType<typeof setTimeout>;
let seconds = 0;

const say = (heard: Heard) => postMessage(heard);

/** Trains off the page's own thread, so that the page stays alive. */
addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if (data.kind === "begin") {
    asked = data.asked;
    lag = data.lag;
    learner = new Learner(asked);
  }
  if (data.kind === "stop") {
    running = false;
    if (learner) say({ kind: "flow", flow: flowOf(learner.net, lag, asked.seed) });
    return;
  }
  running = true;
  clearTimeout(waiting); // of a run that was stopped just now
  slice();
});

function slice(): void {
  if (!running || learner === undefined) return;
  const begun = performance.now();
  const batches: Progress[] = [];
  do batches.push(learner.step());
  while (!batches.at(-1)!.solved && performance.now() - begun < SLICE_MS);
  seconds += (performance.now() - begun) / 1000;
  say({ kind: "batches", batches, seconds });
  if (batches.at(-1)!.solved) finish(learner);
  else waiting = setTimeout(slice, 0);
}

function finish(solved: Learner): void {
  running = false;
  say({ kind: "solved" });
  say({ kind: "flow", flow: flowOf(solved.net, lag, asked.seed) });
  for (const steps of lengths(asked.steps)) {
    say({ kind: "reach", steps, share: solved.share(256, steps) });
  }
}

/** From 5 steps to four times what was asked, each twice the one before. */
function lengths(asked: number): number[] {
  const found: number[] = [];
  for (let steps = 4 * asked; steps >= 5; steps = Math.floor(steps / 2)) found.unshift(steps);
  return found;
}
