import { type PlotOptions, plot } from "@observablehq/plot";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { whenIdle } from "./idle";

const MOST_PX = 900;

/**
 * A chart as wide as its place, in the colours of the page.
 *
 * It is SVG, so it follows the theme, prints sharp and needs no picture for a second screen.
 */
export function Chart({
  options,
  said,
  caption,
}: {
  /** What is drawn, without a width; or what it is at a width. */
  options: PlotOptions | ((width: number) => PlotOptions);
  /** What a person who does not see it is told. */
  said: string;
  caption?: string | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const across = Math.min(width, MOST_PX);
  const shown = useMemo(
    () => (typeof options === "function" ? options(across) : options),
    [options, across],
  );
  useEffect(() => {
    if (place.current === null || across === 0) return;
    const draw = () => {
      const style = { fontSize: "12px", ...(shown.style as object) };
      const drawn = plot({ ...shown, width: across, style });
      drawn.setAttribute("aria-hidden", "true");
      place.current?.replaceChildren(drawn);
    };
    // the first picture lets answers go before it; a change is seen at once
    if (place.current.firstChild === null) return whenIdle(draw);
    draw();
  }, [shown, across]);
  return (
    <figure>
      <div
        class="chart"
        role="img"
        aria-label={said}
        ref={place}
        style={{ minHeight: `${shown.height ?? 0}px` }}
      />
      {caption !== undefined && <figcaption>{caption}</figcaption>}
    </figure>
  );
}

/** The width of an element in pixels, also after it changed. */
export function useWidth(place: { current: HTMLElement | null }): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth));
    observer.observe(element);
    setWidth(element.clientWidth);
    return () => observer.disconnect();
  }, [place]);
  return width;
}
