import { useEffect } from "preact/hooks";

/** After the last turn of the wheel. */
const SETTLED_MS = 120;
/** What is fetched or computed may make the page longer in the meantime. */
const MOST_FRAMES = 60;

/** How far down the page was when this entry of the history was left; nothing of a new one. */
export function leftAt(): number | undefined {
  const y: unknown = history.state?.y;
  return typeof y === "number" ? y : undefined;
}

/** Keeps with every entry of the history how far down the page was. */
export function useLeftAt(): void {
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout>;
    const keep = () => history.replaceState({ ...history.state, y: scrollY }, "");
    const moved = () => {
      clearTimeout(waiting);
      waiting = setTimeout(keep, SETTLED_MS);
    };
    const gone = () => clearTimeout(waiting);
    addEventListener("scroll", moved, { passive: true });
    addEventListener("hashchange", gone);
    return () => {
      gone();
      removeEventListener("scroll", moved);
      removeEventListener("hashchange", gone);
    };
  }, []);
}

/** Goes to the top of what a link led to, or to where one was on the page that one comes back to. */
export function scrollTo(y = 0): void {
  let frames = MOST_FRAMES;
  const again = () => {
    window.scrollTo(0, y);
    if (Math.abs(scrollY - y) > 1 && frames-- > 0) requestAnimationFrame(again);
  };
  again();
}
