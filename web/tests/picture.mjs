/**
 * The picture of a model's page: `node tests/picture.mjs PAGE OUT.png [TEXT]`, in web/. README.md
 * shows the page that `elman demo` leaves, and what it answers to a text.
 */
import { chromium } from "@playwright/test";

const SENTENCE = "My brother was there, and I would not call the garden charming.";

const [page, out, text = SENTENCE] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const tab = await browser.newPage({
  viewport: { width: 1000, height: 1224 },
  deviceScaleFactor: 1.3,
});
await tab.goto(`file://${page}`);
await tab.getByRole("textbox").first().fill(text);
await tab.getByRole("textbox").first().blur();
// a worker says a moment after the answer how much each word speaks for it
const [last] = text.match(/\w+(?=\W*$)/);
await tab.locator(".live .words span[title]", { hasText: last }).waitFor();
await tab.screenshot({ path: out });
await browser.close();
