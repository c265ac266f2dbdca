import { defineConfig } from "vitest/config";

/** One script and one sheet of styles, part of the Python package: pages hold both inside. */
export default defineConfig({
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    outDir: process.env.ELMAN_WEB_OUT ?? "../elman/web/bundle",
    emptyOutDir: true,
    cssCodeSplit: false,
    modulePreload: false,
    lib: {
      entry: "src/main.tsx",
      formats: ["iife"],
      name: "elman",
      fileName: () => "app.js",
      cssFileName: "app",
    },
    reportCompressedSize: false,
  },
  worker: { format: "iife" },
  define: { "process.env.NODE_ENV": '"production"' },
  test: {
    include: [
      "tests/unit/**/*.test.ts?(x)",
      // against Python's runtime: tests/web/test_runtime.py writes what they read
      ...(process.env.ELMAN_PARITY ? ["tests/parity/*.test.ts"] : []),
    ],
  },
});
