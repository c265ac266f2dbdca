import { expect, type Page, test } from "@playwright/test";
import { sound, watched } from "./page";

const PAGE = process.env.ELMAN_PAGE ?? "";

async function opened(page: Page, place: string) {
  const seen = watched(page);
  await page.goto(`file://${PAGE}#lab/${place}`);
  return seen;
}

test("typing moves the answer and the state; a changed word is seen in both", async ({ page }) => {
  const seen = await opened(page, "watch?model=lstm");
  const box = page.getByRole("textbox");
  const answer = page.locator(".answer");
  await expect(answer).toContainText("positive");
  await page.getByRole("button", { name: "Keep this text" }).click();
  await page.mouse.move(0, 0); // it would point at the word that comes to lie below it
  await box.fill("I expected to love the film, but I came to hate it.");
  await expect(answer).toContainText("negative");
  await expect(page.locator("mark")).toHaveText(["love", "hate"]);
  await expect(page.getByRole("img", { name: /^difference of 64 units/ })).toBeVisible();
  await expect(page).toHaveURL(/was=I\+expected\+to\+hate.*love/);
  const words = page.getByRole("listbox");
  await words.focus();
  await page.keyboard.press("End");
  await page.keyboard.press("ArrowLeft");
  await expect(page.locator(".word-said")).toContainText(/“hate” speaks for “negative” by/);
  await expect(answer).toContainText("after “hate”");
  await sound(page, "watch");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await expect(answer).toContainText("after “i”");
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("slider", { name: /words read/ }).press("End");
  await expect(answer).toContainText("after all 12 words");
  await sound(page, "watch-played");
  expect(seen).toEqual({ requests: [], errors: [] });
});

test("an address is what one sees", async ({ page }) => {
  await opened(page, "watch?model=gru&text=The+soup+was+dull.&at=2");
  await expect(page.getByRole("textbox")).toHaveValue("The soup was dull.");
  await expect(page.locator(".answer")).toContainText("after “soup”");
  await expect(page.getByRole("combobox")).toHaveValue("gru");
  await page.getByRole("textbox").fill("");
  await expect(page).toHaveURL(/text=(&|$)/);
  await page.reload();
  await expect(page.getByRole("textbox")).toHaveValue("");
});

test("what is asked of a model is in the address, and follows it", async ({ page }) => {
  const seen = await opened(page, "ask?model=rnn&text=The+soup+was+dull.");
  const box = page.getByRole("textbox");
  await expect(page.locator(".answer")).toHaveText("negative");
  await page.goto(`file://${PAGE}#lab/ask?model=rnn&text=The+soup+was+superb.`);
  await expect(box).toHaveValue("The soup was superb.");
  await expect(page.locator(".answer")).toHaveText("positive");
  await page.getByRole("combobox").selectOption("airline");
  await expect(box).toHaveValue(/^360 342/);
  const values = Array.from({ length: 24 }, (_, n) => 100 + 5 * n).join(" ");
  await box.fill(values);
  await expect(page).toHaveURL(/model=airline.*values=100\+105/);
  const fan = await page.getByRole("img").first().getAttribute("aria-label");
  await page.reload();
  await expect(box).toHaveValue(values);
  await expect(page.getByRole("img").first()).toHaveAttribute("aria-label", fan!);
  expect(seen).toEqual({ requests: [], errors: [] });
});

test("read off the padding, answers are lost", async ({ page }) => {
  const seen = await opened(page, "sides?pad=60");
  const gru = page.getByRole("region", { name: "GRU, reviews" }).locator(".answer");
  await expect(gru).toContainText("positive");
  await page.getByLabel("after the padding, as printed").check();
  await expect(gru).toContainText("negative");
  await page.getByRole("button", { name: "Count" }).click();
  const printed = page.getByRole("row", { name: /RNN as printed/ });
  await expect(printed).toBeVisible({ timeout: 30_000 });
  const [lstm] = await page.getByRole("row", { name: /^LSTM/ }).getByRole("cell").allTextContents();
  const [trap] = await printed.getByRole("cell").allTextContents();
  expect(Number.parseFloat(lstm!)).toBeGreaterThan(98);
  expect(Number.parseFloat(trap!)).toBeLessThan(56);
  await sound(page, "sides");
  expect(seen).toEqual({ requests: [], errors: [] });
});

test("units of a negation are found again in other negations", async ({ page }) => {
  const seen = await opened(page, "units");
  await expect(page.getByText(/^4 of 64 units/)).toBeVisible();
  await expect(page.locator(".found mark").first()).toContainText("not");
  await sound(page, "units");
  await page.getByLabel(/one a line/).fill("We would not say that the bread was burnt.");
  await expect(page.getByText("in 301 texts")).toBeVisible();
  await expect(page.locator(".found small", { hasText: "yours" })).not.toHaveCount(0);
  const lefts = await page
    .locator(".found li")
    .evaluateAll((items) => items.map((item) => item.getBoundingClientRect().left));
  expect(new Set(lefts.filter((left) => left > 0)).size).toBe(1);
  await page.getByRole("slider", { name: /last word/ }).press("ArrowLeft");
  await expect(page).toHaveURL(/own=We\+would.*from=3&to=8/);
  await page.reload();
  await expect(page.getByLabel(/one a line/)).toHaveValue(/bread was burnt/);
  await sound(page, "units-of-ones-own");
  expect(seen).toEqual({ requests: [], errors: [] });
});

test("a pasted series is foretold and tested, and what is no number is named", async ({ page }) => {
  const seen = await opened(page, "forecast");
  await expect(page.getByRole("row", { name: /^the model/ })).toBeVisible();
  await sound(page, "forecast");
  await page.getByRole("button", { name: "a random walk" }).click();
  await expect(page.locator(".verdict")).toContainText("above that of the best opponent");
  await expect(page.getByRole("row", { name: /^seasonal/ })).toHaveCount(0);
  const box = page.getByRole("textbox");
  await box.fill("3 4 five");
  await expect(page.locator(".warning")).toContainText("value 3, “five”, is not a number");
  await box.fill("3 4 ? 6");
  await expect(page.getByText("4 values are too few")).toBeVisible();
  await sound(page, "forecast-too-few");
  expect(seen).toEqual({ requests: [], errors: [] });
});
