import { expect, test } from "@playwright/test";
import { sound, watched } from "./page";

const SITE = `file://${process.env.ELMAN_SITE ?? ""}`;

test("found, read and searched from files, on a phone too", async ({ page }) => {
  const seen = watched(page);
  await page.goto(`${SITE}/index.html`);
  await sound(page, "docs");

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("textbox", { name: "Search" }).first().fill("half-life gradient");
  await page.keyboard.press("Enter");
  await expect(page.locator("ul.search")).toContainText("memory card");
  await page.locator("ul.search a").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  await page.getByRole("link", { name: "The tour", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("The RNN and its loop").first()).toBeVisible();
  expect(seen).toEqual({ requests: [], errors: [] });
});
