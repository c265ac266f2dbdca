import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../../../../elman/web/tour/", import.meta.url));

/** The tour that is shipped, by file name. */
export const SHIPPED: Record<string, string> = Object.fromEntries(
  readdirSync(FOLDER)
    .filter((name) => name.endsWith(".md"))
    .map((name) => [name, readFileSync(FOLDER + name, "utf8")]),
);
