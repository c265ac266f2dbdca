import { useEffect, useRef } from "preact/hooks";
import { useWidth } from "./chart";
import { paint } from "./colours";

/**
 * Values from -1 to 1 as a picture: a column a step, a row a unit. Below 0 orange, above 0 blue.
 *
 * A canvas, because a state of 64 units grows by a column with every key that is pressed.
 */
export function Heat({
  columns,
  said,
  height = 160,
  marked,
  onPoint,
}: {
  /** Each as long as there are units. */
  columns: readonly ArrayLike<number>[];
  said: string;
  height?: number;
  /** The column that stands out, if one does. */
  marked?: number | undefined;
  onPoint?: (column: number | undefined) => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const width = useWidth(place);
  useEffect(() => {
    const element = canvas.current;
    const context = element?.getContext("2d");
    if (!element || !context || width === 0) return;
    const units = columns[0]?.length ?? 0;
    const scale = window.devicePixelRatio || 1;
    element.width = width * scale;
    element.height = height * scale;
    const across = element.width / Math.max(columns.length, 1);
    context.imageSmoothingEnabled = false;
    if (columns.length > 0 && units > 0)
      context.drawImage(pictured(columns, units), 0, 0, element.width, element.height);
    if (marked !== undefined) {
      context.strokeStyle = getComputedStyle(element).color;
      context.lineWidth = 2 * scale;
      context.strokeRect(marked * across, 0, across, element.height);
    }
  }, [columns, width, height, marked]);
  const columnAt = (event: PointerEvent) =>
    Math.floor(((event.offsetX / Math.max(width, 1)) * columns.length) | 0);
  return (
    <div ref={place}>
      <canvas
        ref={canvas}
        class="heat"
        role="img"
        aria-label={said}
        style={{ width: "100%", height: `${height}px`, display: "block" }}
        onPointerMove={(event) => onPoint?.(columnAt(event))}
        onPointerLeave={() => onPoint?.(undefined)}
      />
    </div>
  );
}

/** A pixel a value: drawn at once and then stretched, so that long texts keep up with the keys. */
function pictured(columns: readonly ArrayLike<number>[], units: number): HTMLCanvasElement {
  const small = document.createElement("canvas");
  small.width = columns.length;
  small.height = units;
  const pixels = new ImageData(columns.length, units);
  columns.forEach((column, t) => {
    for (let unit = 0; unit < units; unit++)
      paint(pixels.data, unit * columns.length + t, column[unit] ?? 0);
  });
  small.getContext("2d")?.putImageData(pixels, 0, 0);
  return small;
}
