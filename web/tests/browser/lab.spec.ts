import { expect, test } from "@playwright/test";
import { sound, watched } from "./page";

/** tests/web/test_lab.py serves a lab, writes one, and says where. */
const { ELMAN_ADDRESS, ELMAN_FILE, ELMAN_APART } = process.env;

test("the lab that is served asks its own server, and nobody else", async ({ page }) => {
  const { requests, errors } = watched(page);
  await page.goto(ELMAN_ADDRESS!);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("elman lab");
  const task = await page.evaluate(
    async (name) => (await (await fetch(name)).json()).task,
    ELMAN_APART!,
  );
  expect(task).toBe("classify");
  expect(errors).toEqual([]);
  expect(requests.every((address) => address.startsWith(ELMAN_ADDRESS!))).toBe(true);
  const outside = new URL("/", ELMAN_ADDRESS).href.replace("127.0.0.1", "localhost");
  const refused = page.evaluate((address) => fetch(address).then(() => "came"), outside);
  await expect(refused).rejects.toThrow("Failed to fetch");
  expect(errors.join()).toContain("Content Security Policy");
});

test("the lab in a folder opens as a file", async ({ page }) => {
  const { requests, errors } = watched(page);
  await page.goto(ELMAN_FILE!);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("elman lab");
  expect({ requests, errors }).toEqual({ requests: [], errors: [] });
  await sound(page, "lab");
});
