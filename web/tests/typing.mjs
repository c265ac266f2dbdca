/**
 * How soon a key is seen: `node tests/typing.mjs LAB`, in web/, where LAB is an index.html that
 * `elman lab --static` wrote. Types into texts of 20, 100 and 300 words, at the end and at the start,
 * and prints median and 95th percentile of the milliseconds from a key to the last change of the
 * document, and to the first message after the next frame, by when it is painted.
 */
import { chromium } from "@playwright/test";

const SENTENCE =
  "I would not say that the acting was dull although the view was superb and my brother found it useless ";
const TYPED = " good film it is ";

const [page] = process.argv.slice(2);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

function watch() {
  globalThis.painted = [];
  globalThis.changed = [];
  let pressed = 0;
  let last = 0;
  addEventListener("keydown", () => (pressed = performance.now()), true);
  new MutationObserver(() => (last = performance.now() - pressed)).observe(document.body, {
    subtree: true,
    childList: true,
    characterData: true,
    attributes: true,
  });
  addEventListener(
    "input",
    () => {
      const from = pressed;
      requestAnimationFrame(() => {
        changed.push(last);
        const after = new MessageChannel();
        after.port1.onmessage = () => painted.push(performance.now() - from);
        after.port2.postMessage(0);
      });
    },
    true,
  );
}

function told(times) {
  const sorted = [...times].sort((a, b) => a - b);
  const at = (share) => sorted[Math.floor(sorted.length * share)].toFixed(1);
  return `${at(0.5)} ms (95 of 100 within ${at(0.95)})`;
}

for (const model of ["rnn", "lstm", "fast"]) {
  for (const words of [20, 100, 300]) {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const text = encodeURIComponent(SENTENCE.repeat(20).split(" ").slice(0, words).join(" "));
    await tab.goto(`file://${page}#lab/watch?model=${model}&text=${text}`);
    await tab.getByRole("textbox").waitFor();
    await tab.waitForTimeout(1500);
    await tab.evaluate(watch);
    for (const [place, key] of [
      ["end", "Control+End"],
      ["start", "Control+Home"],
    ]) {
      await tab.getByRole("textbox").focus();
      await tab.keyboard.press(key);
      await tab.evaluate(() => (painted.length = changed.length = 0));
      for (const letter of TYPED) {
        await tab.keyboard.type(letter);
        await tab.waitForTimeout(60);
      }
      const found = await tab.evaluate(() => ({ painted, changed }));
      console.log(
        `${model}, ${words} words, at the ${place}: changed after ${told(found.changed)}, painted ${told(found.painted)}`,
      );
    }
    await tab.close();
  }
}
await browser.close();
