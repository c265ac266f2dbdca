/**
 * How soon a page answers: `node tests/opening.mjs PAGE [TIMES]`, in web/, prints milliseconds from
 * the beginning of the document to the first answer on the screen, of a report with a text box.
 */
import { chromium } from "@playwright/test";

const [page, times = "9"] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
const found = [];
for (let n = 0; n < Number(times); n++) {
  const tab = await browser.newPage();
  await tab.addInitScript(() => {
    new MutationObserver((_, observer) => {
      if (document.querySelector(".answer b") === null) return;
      globalThis.answered = performance.now();
      observer.disconnect();
    }).observe(document, { childList: true, subtree: true });
  });
  await tab.goto(`file://${page}`);
  const { answered, began } = await tab.evaluate(() => ({
    answered: globalThis.answered,
    began: performance.getEntriesByType("navigation")[0].responseEnd,
  }));
  found.push([answered, answered - began]);
  await tab.close();
}
await browser.close();
for (const [name, at] of [
  ["from the click", 0],
  ["from the last byte", 1],
]) {
  const sorted = found.map((each) => each[at]).sort((a, b) => a - b);
  const median = sorted[sorted.length >> 1];
  console.log(
    `${name}: median ${median.toFixed(0)} ms, ${sorted[0].toFixed(0)} to ${sorted.at(-1).toFixed(0)}`,
  );
}
