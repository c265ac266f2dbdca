import { useEffect, useRef, useState } from "preact/hooks";
import type { Flow } from "../../nets/flow";
import type { Asked } from "../../nets/learner";
import type { Heard, Told } from "./messages";
import Trainer from "./worker?worker&inline";

/** A training as the page knows it. */
export interface Training {
  at: "rest" | "runs" | "stopped" | "solved" | "failed";
  /** Of each batch so far. */
  loss: number[];
  right: number[];
  length: number[];
  seconds: number;
  reach: [steps: number, share: number][];
  /** The flow of the gradient when it last stopped. */
  flow: Flow | undefined;
}

const REST: Training = {
  at: "rest",
  loss: [],
  right: [],
  length: [],
  seconds: 0,
  reach: [],
  flow: undefined,
};

/** Trains in a worker; another net or task begins anew. */
export function useTraining(asked: Asked, lag: number) {
  const [training, setTraining] = useState(REST);
  const worker = useRef<Worker>(undefined);
  const wanted = JSON.stringify(asked);
  const reset = () => {
    worker.current?.terminate();
    worker.current = undefined;
    setTraining(REST);
  };
  // what was trained is another net's from here on; and a page that is left trains nothing
  useEffect(() => reset, [wanted]);
  const tell = (told: Told) => worker.current?.postMessage(told);
  const go = () => {
    if (worker.current === undefined) {
      const begun = new Trainer();
      worker.current = begun;
      begun.onmessage = ({ data }: MessageEvent<Heard>) => {
        if (worker.current === begun) setTraining((old) => after(old, data));
      };
      begun.onerror = () => setTraining((old) => ({ ...old, at: "failed" }));
      tell({ kind: "begin", asked, lag });
    } else tell({ kind: "go" });
    setTraining((old) => ({ ...old, at: "runs", flow: undefined }));
  };
  const stop = () => {
    tell({ kind: "stop" });
    setTraining((old) => ({ ...old, at: "stopped" }));
  };
  return { training, go, stop, reset };
}

function after(old: Training, heard: Heard): Training {
  switch (heard.kind) {
    case "batches":
      return {
        ...old,
        loss: [...old.loss, ...heard.batches.map((batch) => batch.loss)],
        right: [...old.right, ...heard.batches.map((batch) => batch.right)],
        length: [...old.length, ...heard.batches.map((batch) => batch.length)],
        seconds: heard.seconds,
      };
    case "solved":
      return { ...old, at: "solved" };
    case "reach":
      return { ...old, reach: [...old.reach, [heard.steps, heard.share]] };
    case "flow":
      return { ...old, flow: heard.flow };
  }
}
