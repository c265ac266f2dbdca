/** Does something when the page has nothing else to do, soon; what is returned takes it back. */
export function whenIdle(work: () => void): () => void {
  if ("requestIdleCallback" in window) {
    const number = requestIdleCallback(work, { timeout: 500 });
    return () => cancelIdleCallback(number);
  }
  const number = setTimeout(work, 1);
  return () => clearTimeout(number);
}
