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

test("who comes back reads on; who is lost is told so; a word is answered in its place", async ({
  page,
}) => {
  const { errors } = watched(page);
  await page.goto(`file://${PAGE}#tour/3`);
  await expect(page).toHaveTitle("3. The hidden state – elman lab");
  await page.evaluate(() => scrollTo(0, 1200));
  await page.waitForTimeout(300); // it is kept once the page stands still
  for (const link of [".experiment a[href^='#lab']", "a.term"]) {
    await page.locator(link).first().dispatchEvent("click");
    await expect(page.locator("main h1")).not.toHaveText("3. The hidden state");
    await page.goBack();
    await expect(page.locator("main h1")).toHaveText("3. The hidden state");
    await expect.poll(() => page.evaluate(() => scrollY)).toBe(1200);
  }
  await page.locator("a.term").first().dispatchEvent("click");
  await expect(page.locator(".term-at dt")).toBeFocused();
  const search = page.getByRole("textbox", { name: "Search" });
  await search.pressSequentially("latch");
  await expect(search).toHaveValue("latch");
  for (const [place, said] of [
    ["lab/nosuch", "lab/nosuch"],
    ["tour/99", "99"],
    ["tour/glossary/nosuch", "nosuch"],
    ["lab/watch?model=nosuch", "nosuch"],
  ]) {
    await page.evaluate((hash) => {
      location.hash = hash;
    }, place!);
    await expect(page.getByRole("alert")).toContainText(`“${said}”`);
  }
  expect(errors).toEqual([]);
});

test("a quiz is judged whole, and a file of progress takes no notes away unasked", async ({
  page,
}) => {
  await page.goto(`file://${PAGE}#tour/quiz`);
  await page.getByRole("radio").first().focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Enter");
  await expect(page.getByText("9 without an answer")).toBeVisible();
  await expect(page.getByRole("button", { name: "Check my answers" })).toBeDisabled();
  for (const asked of await page.locator("fieldset.options").all())
    await asked.locator("input").first().check();
  await page.getByRole("button", { name: "Check my answers" }).click();
  await expect(page.getByText(/^2 of 10 right/)).toBeFocused();
  await expect(page.getByText(/^Before/)).toHaveCount(0);
  await page.emulateMedia({ media: "print" });
  await page.goto(`file://${PAGE}#tour/3`);
  await expect(page.getByRole("button", { name: "Play", exact: true })).toBeHidden();
  await page.emulateMedia({ media: "screen" });
  await page.goto(`file://${PAGE}#tour/quiz`);
  // on a phone an answer stands beside its mark
  await page.setViewportSize({ width: 390, height: 900 });
  const apart = await page
    .locator(".option label")
    .evaluateAll(
      (labels) =>
        labels.filter(
          ({ firstElementChild: mark, lastElementChild: words }) =>
            mark!.getBoundingClientRect().bottom < words!.getBoundingClientRect().top,
        ).length,
    );
  expect(apart).toBe(0);
  await page.goto(`file://${PAGE}#tour/2`);
  const notes = page.getByRole("textbox", { name: "Your notes" });
  await notes.fill("mine");
  await page.goto(`file://${PAGE}#tour`);
  const file = {
    name: "theirs.json",
    mimeType: "application/json",
    buffer: Buffer.from(
      JSON.stringify({
        what: "elman tour",
        ...{ version: 1, done: [], answers: {}, quiz: [] },
        notes: { "the-loop": "theirs" },
      }),
    ),
  };
  const asked: string[] = [];
  let accept = false;
  page.on("dialog", (dialog) => {
    asked.push(dialog.message());
    void (accept ? dialog.accept() : dialog.dismiss());
  });
  for (const kept of ["mine", "theirs"]) {
    await page.locator("input[type=file]").setInputFiles(file);
    await expect.poll(() => asked.length).toBe(accept ? 2 : 1);
    accept = true;
    await page.goto(`file://${PAGE}#tour/2`);
    await expect(notes).toHaveValue(kept);
    await page.goto(`file://${PAGE}#tour`);
  }
  expect(asked[0]).toBe("Put theirs.json in the place of the progress and notes here?");
});

/** Their addresses within the page. */
function hrefs(links: Element[]): string[] {
  return links.map((link) => link.getAttribute("href") ?? "").filter((href) => href[0] === "#");
}
