import { expect, test } from "@playwright/test";
import { sound, watched } from "./page";

const SITE = `file://${process.env.ELMAN_SITE ?? ""}`;

test("found, read and searched from files, by everybody, on a phone too", async ({ page }) => {
  const seen = watched(page);
  await page.goto(`${SITE}/classification.html`);
  await sound(page, "docs-page");

  // on a phone the table of contents is behind a button
  await page.setViewportSize({ width: 390, height: 900 });
  await page.locator("label.nav-overlay-icon").click();
  await page.getByRole("link", { name: "elman", exact: true }).last().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("elman");
  await sound(page, "docs");

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await page.getByRole("textbox", { name: "Search" }).first().fill("GRUCell");
  await page.keyboard.press("Enter");
  const found = page.getByRole("link", { name: "API > GRUCell", exact: true });
  await expect(found).toBeVisible();
  await sound(page, "docs-search");
  await found.click();
  await expect(page).toHaveURL(/api\.html.*#grucell/);

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("link", { name: "The tour", exact: true }).click();
  await expect(page.getByText("The RNN and its loop").first()).toBeVisible();
  await page.getByRole("link", { name: "Documentation of elman" }).click();
  await expect(page).toHaveURL(`${SITE}/index.html`);
  await page.goto(`${SITE}/reader.html`);
  await page.getByRole("link", { name: "The hidden state", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("The hidden state");
  expect(seen).toEqual({ requests: [], errors: [] });
});
