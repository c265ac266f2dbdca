import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { Packed } from "../runtime";
import Worker from "./worker?worker&inline";

/** Of longer texts words are not weighed. */
export const MOST_WORDS = 600;

/** What each word of texts adds to their answers, computed beside the page. */
export class Explainer {
  private worker: globalThis.Worker | undefined;
  private readonly waiting = new Map<number, (values: number[]) => void>();
  private number = 0;

  constructor(private readonly packed: Packed) {}

  /** Asks about a text; the answer is dropped once what is returned was called. */
  ask(text: string, answered: (values: number[]) => void): () => void {
    if (this.worker === undefined) {
      this.worker = new Worker();
      this.worker.onmessage = ({ data }: MessageEvent<{ number: number; values: number[] }>) => {
        this.waiting.get(data.number)?.(data.values);
        this.waiting.delete(data.number);
      };
      this.worker.postMessage({ packed: this.packed });
    }
    const number = this.number++;
    this.waiting.set(number, answered);
    this.worker.postMessage({ number, text });
    return () => this.waiting.delete(number);
  }

  /** Ends the worker. */
  close(): void {
    this.worker?.terminate();
    this.worker = undefined;
  }
}

/** The explainer of the page's model. */
export const ExplainerContext = createContext<Explainer | null>(null);

/** What each of so many words of a text adds; null until it is known. */
export function useShares(text: string, words: number, delay = 0): number[] | null {
  const explainer = useContext(ExplainerContext);
  const [found, setFound] = useState<{ text: string; values: number[] } | null>(null);
  useEffect(() => {
    if (explainer === null || words === 0 || words > MOST_WORDS) return;
    let stop = () => {};
    const timer = setTimeout(() => {
      stop = explainer.ask(text, (values) => setFound({ text, values }));
    }, delay);
    return () => {
      clearTimeout(timer);
      stop();
    };
  }, [explainer, text, words, delay]);
  return found?.text === text ? found.values : null;
}
