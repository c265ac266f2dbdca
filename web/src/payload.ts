/** What Python puts into a page: see `elman/web/page.py`. */
export interface Payload {
  kind: "report" | "lab";
  title: string;
}
