import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { fileOf, NOTHING, type Progress, progressOf } from "./progress";

const KEY = "elman.tour";
/** Where lies what could not be read. */
const UNREAD = "elman.tour.unread";

export interface Kept {
  progress: Progress;
  /** Changes it by a function of what it was. */
  update: (changed: (progress: Progress) => Progress) => void;
  /** False where the browser keeps nothing, as in some private windows. */
  lasting: boolean;
}

/** What the reader has done, kept in their browser from one visit to the next. */
export function useKept(): Kept {
  const [progress, setProgress] = useState(read);
  const [lasting, setLasting] = useState(true);
  // before anything else happens: whoever leaves at once loses nothing
  useLayoutEffect(() => setLasting(write(progress)), [progress]);
  useEffect(() => {
    // another window of the same page has gone on
    const changed = (event: StorageEvent) => event.key === KEY && setProgress(read());
    window.addEventListener("storage", changed);
    return () => window.removeEventListener("storage", changed);
  }, []);
  return { progress, update: setProgress, lasting };
}

/** Reads what is kept; nothing, where the browser refuses or something else lies there. */
export function read(): Progress {
  try {
    const text = localStorage.getItem(KEY);
    if (text === null) return NOTHING;
    try {
      return progressOf(text);
    } catch {
      // as of a later version: what is written next takes its place, but does not destroy it
      localStorage.setItem(UNREAD, text);
    }
  } catch {
    // the browser refuses
  }
  return NOTHING;
}

/** Returns whether the browser kept it. */
export function write(progress: Progress): boolean {
  try {
    localStorage.setItem(KEY, fileOf(progress));
    return true;
  } catch {
    return false;
  }
}
