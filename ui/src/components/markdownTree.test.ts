import { describe, expect, it } from "vitest";
import { addressOf, LONGEST, type Part, stretches, textOf } from "./markdownTree";

const PAGE = "https://forge.example/acme/boats";

function types(parts: readonly Part[]): string[] {
  return parts.flatMap((part) => [part.token.type, ...types(part.parts)]);
}

function partsOf(text: string): readonly Part[] {
  return (stretches(text) ?? []).flatMap((stretch) => ("parts" in stretch ? stretch.parts : []));
}

function depth(parts: readonly Part[]): number {
  return parts.reduce((most, part) => Math.max(most, 1 + depth(part.parts)), 0);
}

describe("an address", () => {
  it.each([
    ["docs/overview.md", `${PAGE}/docs/overview.md`],
    ["./a b.md", `${PAGE}/a%20b.md`],
    ["/docs", `${PAGE}/docs`],
    ["#run-it", `${PAGE}#run-it`],
    ["https://other.example/x", "https://other.example/x"],
    ["//other.example/x", "https://other.example/x"],
  ])("%s is seen from the repository's page", (written, address) => {
    expect(addressOf(written, PAGE)).toBe(address);
  });

  it.each([
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x",
    "dev.drawbridge.desktop:/oauth/callback?code=a", "tauri://localhost", "ipc://localhost", "blob:https://a.example/x", "mailto:a@b.example", "ssh://a.example", "https://[",
  ])("%s is none", (written) => {
    expect(addressOf(written, PAGE)).toBeUndefined();
  });

  it("is none where it is longer than any", () => {
    expect(addressOf(`https://a.example/${"x".repeat(5000)}`, PAGE)).toBeUndefined();
  });

  it("is none where the page itself is not one of the web", () => {
    expect(addressOf("docs", "javascript:alert(1)")).toBeUndefined();
    expect(addressOf("https://a.example", "nonsense")).toBeUndefined();
  });
});

describe("HTML", () => {
  it.each([
    ['<h1 align="center">Boats &amp; <b>berths</b></h1>', "Boats & berths"],
    ['<p><img src="https://t.example/p.png" alt="The logo"></p>', "The logo"],
    ["<img src=x onerror=alert(1)>", ""],
    ["<script>alert('alt')</script>after", "after"],
    ["<style>p { color: red }</style>", ""],
    ["<!-- hidden -->seen<!-- never ended", "seen"],
    ["<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b\nc"],
    ["<details>\n<summary>More</summary>", "More"],
    ["a < b and <3", "a < b and <3"],
    ["<iframe src='https://a.example'>never</iframe>", ""],
    ["&lt;script&gt;", "<script>"],
    ["<never ended", ""],
  ])("%s becomes its text", (html, text) => {
    expect(textOf(html)).toBe(text);
  });

  it.each(["<", "<a ", "<!--", "<a>", "<script>", "</", "<img alt=", "&", "alt = "])("%s, half a million letters of it, costs no time", (piece) => {
    const html = piece.repeat(500_000 / piece.length);
    const begun = performance.now();
    textOf(html);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe("a text", () => {
  it("is read with tables, tasks, struck words and bare addresses", () => {
    const found = types(partsOf("| a |\n| - |\n| ~~b~~ |\n\n- [x] done\n- [ ] open\n\nhttps://a.example and you@a.example\n"));
    for (const type of ["table_open", "s_open", "bullet_list_open", "link_open"]) expect(found).toContain(type);
    expect(found.filter((type) => type === "link_open")).toHaveLength(1);
    const text = JSON.stringify(partsOf("- [x] done\n- [ ] open\n"));
    expect(text).toContain("☑ done");
    expect(text).toContain("☐ open");
  });

  it("that is longer than is read is not read", () => {
    expect(stretches("x".repeat(LONGEST + 1))).toBeUndefined();
    expect(stretches("x".repeat(LONGEST))).toHaveLength(1);
  });

  it("comes in stretches, in order and whole", () => {
    const text = Array.from({ length: 5000 }, (_, at) => `Line ${at}\n\n`).join("");
    const all = stretches(text) ?? [];
    expect(all.length).toBeGreaterThan(3);
    const parts = all.flatMap((stretch) => ("parts" in stretch ? stretch.parts : []));
    expect(parts).toHaveLength(5000);
    expect(parts.at(-1)?.token.map?.[0]).toBe(9998);
    for (const stretch of all) expect("parts" in stretch ? types(stretch.parts).length : 0).toBeLessThanOrEqual(3000);
  });

  it("with a table that is too large to be shown has it as it is written", () => {
    const table = `| a | b |\n| - | - |\n${"| c | d |\n".repeat(8000)}`;
    const all = stretches(`Before\n\n${table}\nAfter\n`) ?? [];
    expect(all.map((stretch) => ("parts" in stretch ? stretch.parts.length : stretch.asWritten.split("\n").length))).toEqual([1, 8002, 1]);
  });

  it.each([
    ["quotes", ">".repeat(LONGEST)],
    ["quotes in lines", "> > > > > > > > a\n".repeat(LONGEST / 18)],
    ["lists", "- ".repeat(LONGEST / 2)],
    ["lists by their depth", Array.from({ length: 500 }, (_, at) => `${"  ".repeat(at)}- a\n`).join("")],
    ["brackets", "[".repeat(LONGEST)],
    ["pictures", "![".repeat(LONGEST / 2)],
    ["links", "[a](b)".repeat(LONGEST / 6)],
    ["open links", "[a](".repeat(LONGEST / 4)],
    ["stars", "*a **b ".repeat(LONGEST / 7)],
    ["ticks", "` `` ``` ".repeat(LONGEST / 9)],
    ["tags", "<a ".repeat(LONGEST / 3)],
    ["rows", `|a|b|\n|-|-|\n${"|a|b|\n".repeat(LONGEST / 6 - 2)}`],
    ["definitions", "[a]: b\n".repeat(LONGEST / 7)],
    ["addresses", "www.a.b ".repeat(LONGEST / 8)],
    ["letters that stand for letters", "&amp;".repeat(LONGEST / 5)],
  ])("of nothing but %s is read in a moment, and is not deep", (_, text) => {
    const begun = performance.now();
    const all = stretches(text) ?? [];
    expect(performance.now() - begun).toBeLessThan(8000);
    for (const stretch of all) if ("parts" in stretch) expect(depth(stretch.parts)).toBeLessThan(300);
  });
});
