/** What Python puts into a page: see `elman/web/page.py`. */
export interface Payload {
  kind: "report" | "lab";
  title: string;
  /** The tour's Markdown by file name: `elman/web/tour`, or a teacher's own. */
  tour?: Record<string, string>;
}
