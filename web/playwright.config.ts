import { defineConfig } from "@playwright/test";

/** Pages in a real browser; `sound` looks at each as wide as a desk and as a phone, day and night. */
export default defineConfig({
  testDir: "tests/browser",
  // emptied before a run, so each run has its own; pictures lie elsewhere and stay
  outputDir: process.env.ELMAN_TRACES ?? "test-results",
  workers: 1,
  reporter: "line",
  timeout: 60_000,
  use: {
    viewport: { width: 1280, height: 900 },
    launchOptions: {
      executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
      args: ["--no-sandbox"],
    },
  },
});
