import { expect, test } from "@playwright/test";
import { sound, watched } from "./page";

const PAGE = process.env.ELMAN_PAGE ?? "";

test("every experiment and every stop of the tour is sound", async ({ page }) => {
  test.setTimeout(240_000);
  const seen = watched(page);
  await page.goto(`file://${PAGE}#tour`);
  const experiments = await page.locator("header nav a").evaluateAll(hrefs);
  const stops = await page.locator("main nav a").evaluateAll(hrefs);
  expect(experiments.length).toBeGreaterThan(10);
  expect(stops.length).toBe(15);
  for (const place of ["#lab", ...new Set([...experiments, ...stops])]) {
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.evaluate((hash) => {
      location.hash = hash;
    }, place);
    await expect(page.locator("main h1")).toBeVisible();
    await expect(page.getByText("comes later")).toHaveCount(0);
    await sound(page, `lab-${place.replace(/\W+/g, "-")}`);
  }
  expect(seen).toEqual({ requests: [], errors: [] });
});

test("a stop is answered, noted, and still so after a reload", async ({ page }) => {
  await page.goto(`file://${PAGE}#tour/3`);
  await page.getByRole("radio").nth(1).check();
  await page.getByRole("button", { name: "Check" }).click();
  await expect(
    page
      .getByRole("status")
      .filter({ hasText: /right|Right/ })
      .first(),
  ).toBeVisible();
  await page.getByRole("textbox", { name: "Your notes" }).fill("a state is a summary");
  await page.goto(`file://${PAGE}#tour`);
  await page.reload();
  await expect(page.getByText("1 of 10 objectives reached")).toBeVisible();
  await page.goto(`file://${PAGE}#tour/3`);
  await page.reload();
  await expect(page.getByRole("textbox", { name: "Your notes" })).toHaveValue(
    "a state is a summary",
  );
});

/** Their addresses within the page. */
function hrefs(links: Element[]): string[] {
  return links.map((link) => link.getAttribute("href") ?? "").filter((href) => href[0] === "#");
}
