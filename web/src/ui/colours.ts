/** Orange below 0, blue above: a diverging map that is read without telling red from green. */
const BELOW = [180, 80, 11] as const;
const ABOVE = [11, 92, 173] as const;
const FULL = 0.85;

/** The colour of a value from -1 to 1, as strong as it is far from 0; it lets the page through. */
export function colourOf(value: number): string {
  const [r, g, b, a] = channelsOf(value);
  return `rgb(${r} ${g} ${b} / ${a.toFixed(3)})`;
}

/** Red, green and blue up to 255, and how little of the page is let through, up to 1. */
export function channelsOf(value: number): [number, number, number, number] {
  const [r, g, b] = value < 0 ? BELOW : ABOVE;
  return [r, g, b, Math.min(Math.abs(value), 1) * FULL];
}
