import { type PlotOptions, plot } from "@observablehq/plot";
import { useEffect, useRef, useState } from "preact/hooks";
import { whenIdle } from "./idle";

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
  /** What is drawn, without a width. */
  options: PlotOptions;
  /** What a person who does not see it is told. */
  said: string;
  caption?: string | undefined;
}) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  useEffect(() => {
    if (place.current === null || width === 0) return;
    const draw = () => {
      const style = { fontSize: "12px", ...(options.style as object) };
      const drawn = plot({ ...options, width: Math.min(width, 900), style });
      drawn.setAttribute("aria-hidden", "true");
      place.current?.replaceChildren(drawn);
    };
    // the first picture lets answers go before it; a change is seen at once
    if (place.current.firstChild === null) return whenIdle(draw);
    draw();
  }, [options, width]);
  return (
    <figure>
      <div
        class="chart"
        role="img"
        aria-label={said}
        ref={place}
        style={{ minHeight: `${options.height ?? 0}px` }}
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
