import { defineConfig, devices } from "@playwright/test";

const looks = (["light", "dark"] as const).flatMap((colorScheme) => [
  { name: `desktop-${colorScheme}`, use: { viewport: { width: 1280, height: 900 }, colorScheme } },
  {
    name: `phone-${colorScheme}`,
    use: { ...devices["Pixel 7"], viewport: { width: 390, height: 844 }, colorScheme },
  },
]);

/** Pages in a real browser, as wide as a desk and as a phone, by day and by night. */
export default defineConfig({
  testDir: "tests/browser",
  outputDir: process.env.ELMAN_PICTURES ?? "test-results",
  workers: 1,
  reporter: "line",
  timeout: 60_000,
  use: {
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
  },
  projects: looks,
});
