import { expect, type Page, test } from "@playwright/test";
import { PICTURES, sound, watched } from "./page";

interface Report {
  page: string;
  name: string;
  /** Whether it holds answers of the model that it checks itself against. */
  checked: boolean;
}

const REPORTS: Report[] = JSON.parse(process.env.ELMAN_REPORTS ?? "[]");
const NEAR = 0.006;

for (const report of REPORTS) {
  test(`${report.name} is whole, asks nothing of the network and answers as its model`, async ({
    page,
  }) => {
    const seen = watched(page);
    await page.goto(`file://${report.page}`);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    for (const title of ["Is it worth it?", "Ask it", "What it is", "Use it", "This page"])
      await expect(page.getByRole("heading", { name: title, exact: true })).toBeVisible();
    const checked = page.locator("#checked");
    if (report.checked) expect(Number(await checked.getAttribute("data-apart"))).toBeLessThan(NEAR);
    await sound(page, `report-${report.name}`);
    await printed(page, `report-${report.name}`);
    expect(seen).toEqual({ requests: [], errors: [] });
  });

  test(`who types into ${report.name} sees another answer`, async ({ page }) => {
    const seen = watched(page);
    await page.goto(`file://${report.page}`);
    const box = page.getByRole("textbox");
    test.skip((await box.count()) === 0, "this kind of model is not asked in a page");
    const said = page.locator(".live [role=status], .live figure").first();
    const before = await page.locator(".live").innerHTML();
    await box.fill("not good at all");
    const asks = page.getByRole("button", { name: "Translate" });
    if ((await asks.count()) > 0) await asks.click();
    await expect.poll(() => page.locator(".live").innerHTML()).not.toBe(before);
    await expect(said).toBeVisible();
    expect(seen).toEqual({ requests: [], errors: [] });
  });
}

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
  if (PICTURES) await page.screenshot({ path: `${PICTURES}/${name}-print.png`, fullPage: true });
}
