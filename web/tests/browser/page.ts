import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { expect, type Page } from "@playwright/test";

/** Where pictures go, if somebody wants any. */
export const PICTURES = process.env.ELMAN_PICTURES;
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");

/** Watches a page from before it is opened: what it asks of the network, and what goes wrong. */
export function watched(page: Page): { requests: string[]; errors: string[] } {
  const seen = { requests: [] as string[], errors: [] as string[] };
  page.on("request", (request) => {
    if (!/^(file|data|blob):/.test(request.url())) seen.requests.push(request.url());
  });
  page.on("pageerror", (error) => seen.errors.push(error.message));
  page.on("console", (message) => {
    if (message.type() === "error") seen.errors.push(message.text());
  });
  return seen;
}

/** Both widths and both grounds, and axe judges each. */
const LOOKS = [
  { look: "desktop-light", width: 1280, colorScheme: "light" },
  { look: "desktop-dark", width: 1280, colorScheme: "dark" },
  { look: "phone-dark", width: 390, colorScheme: "dark" },
  { look: "phone-light", width: 390, colorScheme: "light" },
] as const;

/** Nothing is wider than the screen, nobody is kept out, and a picture of each look is kept. */
export async function sound(page: Page, name: string): Promise<void> {
  for (const { look, width, colorScheme } of LOOKS) {
    await page.setViewportSize({ width, height: 900 });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(settled);
    await expect
      .configure({ soft: true })
      .poll(() => page.evaluate(over), {
        message: `${name}, ${look}: wider than the screen`,
        timeout: 1_000,
      })
      .toBeLessThanOrEqual(0);
    expect.soft(await faults(page), `${name}, ${look}`).toEqual([]);
    if (PICTURES)
      await page.screenshot({ path: `${PICTURES}/${name}-${look}.png`, fullPage: true });
  }
}

/** By how much a page is wider than the screen. */
function over(): number {
  return document.documentElement.scrollWidth - innerWidth;
}

/** Charts are drawn anew some frames after a width has changed. */
async function settled(): Promise<void> {
  for (let frame = 0; frame < 4; frame++) await new Promise(requestAnimationFrame);
}

/** What axe finds: by the page's policy no script is run but its own, so it comes from outside. */
async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = globalThis as unknown as { axe: typeof import("axe-core") };
    const { violations } = await axe.run(document, {
      resultTypes: ["violations"],
      preload: false, // it would fetch styles, which files may not
      // places have addresses as "#lab/cell": out of sight, in a line that scrolls, axe takes them
      // for links that skip to a place on the same page
      rules: { "skip-link": { enabled: false } },
    });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map((node) => `${id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ""}`),
    );
  });
}
