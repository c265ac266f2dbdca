import type { VNode } from "preact";
import { expect, test } from "vitest";
import { Linker } from "../../../src/tour/linked";
import { rendered } from "../../../src/tour/views/prose";
import { SHIPPED } from "./files";

/** Every element of a text as [name, href], and all that is said in it. */
function seen(text: string) {
  const elements: [string, string | undefined][] = [];
  let said = "";
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) for (const each of node) walk(each);
    else if (typeof node === "string") said += node;
    else if (typeof node === "object" && node !== null) {
      const { type, props } = node as VNode<{ href?: string; children?: unknown }>;
      expect(props).not.toHaveProperty("dangerouslySetInnerHTML");
      if (typeof type === "string") elements.push([type, props.href]);
      walk(props.children);
    }
  };
  walk(rendered(text, new Linker([])));
  return { elements, said };
}

test("HTML in a text is shown as what it is", () => {
  const { elements, said } = seen("a <b>bold</b> one\n\n<script>alert(1)</script>\n");
  expect(elements.map(([name]) => name)).toEqual(["p", "p"]);
  expect(said).toContain("<b>bold</b>");
  expect(said).toContain("<script>alert(1)</script>");
});

test("links lead within the page or to the web, and nothing is loaded", () => {
  const { elements, said } = seen(
    "[a](#tour/2) [b](https://x.org) [c](javascript:alert(1)) [d](data:text/html,x) ![e](y.png)",
  );
  expect(elements.filter(([name]) => name === "a")).toEqual([
    ["a", "#tour/2"],
    ["a", "https://x.org"],
  ]);
  expect(elements.some(([name]) => name === "img")).toBe(false);
  expect(said).toBe("a b c d e");
});

test("every file that is shipped is shown without a mark of Markdown left over", () => {
  for (const [file, text] of Object.entries(SHIPPED)) {
    const prose = text.replace(/^```[\s\S]*?^```$/gm, "");
    expect(seen(prose).said, file).not.toMatch(/\*\*|``|\]\(/);
  }
});
