import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

/**
 * One script and one sheet of styles for each kind of page, which `--mode` names, part of the
 * Python package: pages hold both inside. The lab's has the report's views too; a report does
 * without the lab, for a browser reads all of a script before it answers.
 */
export default defineConfig(({ mode }) => ({
  plugins: [laterNumbers()],
  esbuild: { jsx: "automatic", jsxImportSource: "preact" },
  build: {
    target: "es2022",
    outDir: process.env.ELMAN_WEB_OUT ?? "../elman/web/bundle",
    emptyOutDir: false,
    cssCodeSplit: false,
    modulePreload: false,
    lib: {
      entry: `src/pages/${mode}.tsx`,
      formats: ["iife"],
      name: "elman",
      fileName: () => `${mode}.js`,
      cssFileName: mode,
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
}));

/** Plot makes a format of numbers while it is read, which takes a tenth of a page's first answer. */
function laterNumbers(): Plugin {
  const eager = "return new Intl.NumberFormat(locale);";
  const later =
    "let made; return { format: (n) => (made ??= new Intl.NumberFormat(locale)).format(n) };";
  return {
    name: "later-numbers",
    transform(code, id) {
      if (!id.endsWith("@observablehq/plot/src/format.js")) return undefined;
      if (!code.includes(eager)) this.error("Plot makes its formats otherwise now");
      return { code: code.replace(eager, later), map: null };
    },
  };
}
