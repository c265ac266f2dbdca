/** Orange below 0, blue above: a diverging map that is read without telling red from green. */
const BELOW = [180, 80, 11] as const;
const ABOVE = [11, 92, 173] as const;
const FULL = 0.85;

/** The colour of a value from -1 to 1, as strong as it is far from 0; it lets the page through. */
export function colourOf(value: number): string {
  const size = Math.min(Math.abs(value), 1);
  const [r, g, b] = value < 0 ? BELOW : ABOVE;
  return `rgb(${r} ${g} ${b} / ${(size * FULL).toFixed(3)})`;
}

/** Write that colour into the bytes of a picture, at one of its pixels. */
export function paint(pixels: Uint8ClampedArray, pixel: number, value: number): void {
  const side = value < 0 ? BELOW : ABOVE;
  pixels[4 * pixel] = side[0];
  pixels[4 * pixel + 1] = side[1];
  pixels[4 * pixel + 2] = side[2];
  pixels[4 * pixel + 3] = 255 * FULL * Math.min(Math.abs(value), 1);
}
