import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { Markdown } from "./Markdown";

const PAGE = "https://forge.example/acme/boats";

function show(text: string) {
  const onAddress = vi.fn<(address: string) => void>();
  const { container } = render(<Markdown text={text} page={PAGE} onAddress={onAddress} />);
  return { container, onAddress, user: userEvent.setup({ delay: null }) };
}

/** All that may come of a text. */
const ALLOWED = new Set("DIV P BR EM STRONG S CODE PRE BLOCKQUOTE UL OL LI HR TABLE THEAD TBODY TR TH TD H3 H4 H5 H6 BUTTON SPAN".split(" "));
const ATTRIBUTES = new Set(["class", "dir", "title", "type", "role", "aria-label", "tabindex", "start", "data-selectable"]);

function expectHarmless(container: HTMLElement) {
  for (const element of container.querySelectorAll("*")) {
    expect(ALLOWED).toContain(element.tagName);
    for (const { name } of element.attributes) expect(ATTRIBUTES).toContain(name);
  }
}

const HOSTILE = `
# Title <script>alert(1)</script>

<script>alert(2)</script>

<img src="https://t.example/pixel.png" onerror="alert(3)" alt="pixel">

<iframe src="https://t.example"></iframe>
<object data="https://t.example"></object>
<svg onload="alert(4)"><a xlink:href="javascript:alert(5)">x</a></svg>
<link rel="stylesheet" href="https://t.example/x.css">
<style>@import "https://t.example/y.css";</style>
<form action="https://t.example"><input name="a"><button>Send</button></form>
<meta http-equiv="refresh" content="0; url=https://t.example">
<base href="https://t.example">
<a href="https://t.example" onclick="alert(6)">inline</a>

[script](javascript:alert(7)) [coded](javascript&#58;alert(8)) [data](data:text/html,<b>x</b>) [file](file:///etc/passwd)
[ours](dev.drawbridge.desktop:/oauth/callback?code=a&state=b) [shell](tauri://localhost) <javascript:alert(9)> [vb](vbscript:x)

![tracked](https://t.example/p.png "title") ![inline](data:image/png;base64,AAAA) ![script](javascript:alert(10))

[![linked](https://t.example/badge.svg)](https://ok.example/build)

[reference][r]

[r]: javascript:alert(11) "x"
`;

describe("a hostile text", () => {
  it("makes no element and no attribute but those that are named", () => {
    const { container } = show(HOSTILE);
    expectHarmless(container);
    expect(container.querySelector("a, img, script, iframe, style, link, form, input, svg, object, meta, base")).toBeNull();
    expect(container.innerHTML).not.toMatch(/(src|href|on[a-z]+|style)\s*=/i);
    expect(container.textContent).toContain("Title alert(1)");
    expect(container.textContent).not.toContain("alert(2)");
  });

  it("hands no address out that is not of the web", async () => {
    const { onAddress, user } = show(HOSTILE);
    for (const button of screen.getAllByRole("button")) await user.click(button);
    const handed = onAddress.mock.calls.map(([address]) => address);
    expect(handed).toEqual(["https://t.example/p.png", "https://ok.example/build"]);
  });

  it.each([
    ["quotes", ">".repeat(400_000)],
    ["lists", "- ".repeat(200_000)],
    ["lines", "A line of **words** with a [link](docs).\n\n".repeat(12_000)],
    ["items", "- an item with `code`\n".repeat(10_000)],
    ["one word", "x".repeat(500_000)],
    ["HTML", "<div>a</div>\n".repeat(19_000)],
    ["rows", `|a|b|\n|-|-|\n${"|a|b|\n".repeat(40_000)}`],
  ])("of half a megabyte of %s does not hold the window up", (_, text) => {
    const begun = performance.now();
    const { container } = show(text.slice(0, 500_000));
    expect(performance.now() - begun).toBeLessThan(15_000);
    expect(container.querySelectorAll("*").length).toBeLessThan(13_000);
    expectHarmless(container);
  });
});

describe("a text", () => {
  it("stands below the page's second heading, whatever it says", () => {
    const { container } = show("# One\n\n## Two\n\n### Three\n\n#### Four\n\n###### Six\n\nUnder\n=====\n");
    const headings = [...container.querySelectorAll("h1, h2, h3, h4, h5, h6")].map((each) => `${each.tagName} ${each.textContent}`);
    expect(headings).toEqual(["H3 One", "H4 Two", "H5 Three", "H6 Four", "H6 Six", "H3 Under"]);
  });

  it("has its links as buttons that hand their addresses out, by keys too", async () => {
    const { onAddress, user } = show("See [the *plan*](docs/plan.md) and https://a.example/x.");
    expect(screen.getByRole("button", { name: "the plan" }).title).toBe(`Copy ${PAGE}/docs/plan.md`);
    await user.tab();
    await user.keyboard("{Enter}");
    await user.tab();
    await user.keyboard(" ");
    expect(onAddress.mock.calls).toEqual([[`${PAGE}/docs/plan.md`], ["https://a.example/x"]]);
  });

  it("has pictures as their words with their place", () => {
    const { container } = show("![Tests](https://ci.example/x.svg) ![](logo.png) [![Docs](d.svg)](https://docs.example)");
    expect(screen.getByRole("button", { name: "Testsci.example" }).title).toBe("Copy https://ci.example/x.svg");
    expect(screen.getByRole("button", { name: "Pictureforge.example" }).title).toBe(`Copy ${PAGE}/logo.png`);
    expect(screen.getByRole("button", { name: "Docsforge.example" }).title).toBe("Copy https://docs.example/");
    expect(container.querySelectorAll("button button")).toHaveLength(0);
  });

  it("has tables that scroll by themselves, lists with their numbers, tasks and code", () => {
    const { container } = show("| a | b |\n| - | - |\n| 1 | 2 |\n\n3. c\n4. d\n\n- [x] e\n\n```sh\nrun <b>\n```\n");
    const table = screen.getByRole("region", { name: "Table" });
    expect(table.tabIndex).toBe(0);
    expect(within(table).getAllByRole("cell").map((each) => each.textContent)).toEqual(["1", "2"]);
    expect(container.querySelector("ol")?.start).toBe(3);
    expect(container.querySelector("ul li")?.textContent).toBe("☑ e");
    expect(container.querySelector("pre code")?.textContent).toBe("run <b>\n");
  });

  it("is shown a stretch at a time", async () => {
    const { container, user } = show("A line.\n\n".repeat(5000));
    const before = container.querySelectorAll("p").length;
    expect(before).toBeLessThan(1500);
    await user.click(screen.getByRole("button", { name: "Show more" }));
    expect(container.querySelectorAll("p").length).toBeGreaterThan(before);
  });

  it("that is too long is shown as it is written, and says so", () => {
    const { container } = show(`# Title\n${"x\n".repeat(200_000)}`);
    expect(container.textContent).toContain("shown as it is written");
    expect(container.querySelector("pre")?.textContent.startsWith("# Title\n")).toBe(true);
  });
});
