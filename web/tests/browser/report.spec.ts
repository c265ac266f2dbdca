import { expect, type Page, test } from "@playwright/test";
import { sound, watched } from "./page";

const PAGE = process.env.ELMAN_PAGE ?? "";
const NEAR = 0.006;

test("a report is whole, asks nothing of the network and answers as its model", async ({
  page,
}) => {
  const seen = watched(page);
  await page.goto(`file://${PAGE}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  for (const title of ["Is it worth it?", "Ask it", "What it is", "Use it", "This page"])
    await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible();
  const checked = page.locator("#checked");
  if (process.env.ELMAN_CHECKED === "yes")
    expect(Number(await checked.getAttribute("data-apart"))).toBeLessThan(NEAR);
  await sound(page, process.env.ELMAN_NAME ?? "report");
  await printed(page, process.env.ELMAN_NAME ?? "report");
  expect(seen).toEqual({ requests: [], errors: [] });
});

/** Of who reads by night too: paper is white, and of what scrolls on a screen nothing is hidden. */
async function printed(page: Page, name: string): Promise<void> {
  await page.setViewportSize({ width: 720, height: 900 });
  await page.emulateMedia({ media: "print", colorScheme: "dark" });
  const found = await page.evaluate(() => {
    const body = getComputedStyle(document.body);
    const charts = [...document.querySelectorAll(".chart")];
    return {
      ground: body.backgroundColor,
      ink: body.color,
      hidden: [...document.querySelectorAll(".scroll")].filter(
        (each) => getComputedStyle(each).overflowX !== "visible",
      ).length,
      gaps: charts.filter((each) => each.clientHeight > each.children[0]!.clientHeight + 12).length,
    };
  });
  expect(found).toEqual({ ground: "rgb(255, 255, 255)", ink: "rgb(0, 0, 0)", hidden: 0, gaps: 0 });
  const folder = process.env.ELMAN_PICTURES ?? test.info().outputDir;
  await page.screenshot({ path: `${folder}/${name}-print.png`, fullPage: true });
}

test("who types sees another answer", async ({ page }) => {
  const seen = watched(page);
  await page.goto(`file://${PAGE}`);
  const box = page.getByRole("textbox");
  test.skip((await box.count()) === 0, "this kind of model is not asked in a page");
  const said = page.locator(".live [role=status], .live figure").first();
  const before = await page.locator(".live").innerHTML();
  await box.fill(process.env.ELMAN_TYPED ?? "not good at all");
  const asks = page.getByRole("button", { name: "Translate" });
  if ((await asks.count()) > 0) await asks.click();
  await expect.poll(() => page.locator(".live").innerHTML()).not.toBe(before);
  await expect(said).toBeVisible();
  expect(seen).toEqual({ requests: [], errors: [] });
});
