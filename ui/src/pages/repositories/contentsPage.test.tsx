import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import type { FakeContents } from "../../ipc/fake/contents";
import type { Problem } from "../../ipc/bindings";
import { ProblemError } from "../../ipc/platform";
import { renderAt } from "../../testing/renderAt";

const OFFLINE: Problem = { code: "unreachable", message: "github.com could not be reached.", hint: "Check the network." };

function show(contents: FakeContents = {}) {
  const { platform } = renderAt("/repositories/1", { contents });
  return { platform, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) };
}

const readme = () => screen.findByRole("region", { name: /^README/ });
const references = () => screen.findByRole("region", { name: /^Branches and tags/ });

describe("the README", () => {
  it("is read as the page is looked at, and is shown below the page's headings", async () => {
    const { platform } = show();
    const heading = await within(await readme()).findByRole("heading", { level: 3 });
    expect(heading.textContent).not.toBe("");
    expect(within(await readme()).getByRole("heading", { level: 4, name: "Run it" })).toBeTruthy();
    expect(platform.fake.asked.filter((name) => name === "repositoryContents").length).toBeGreaterThan(1);
    expect(document.querySelector("main a, main img, main iframe, main script")).toBeNull();
  });

  it("is shown anew when another front had it read", async () => {
    const contents: FakeContents = {};
    const { platform } = show(contents);
    await within(await readme()).findByRole("heading", { level: 3 });
    contents.found = { kind: "text", path: "README.md", markdown: true, text: "# Other words" };
    await platform.repositoryContents({ kind: "id", id: 1 }, true);
    expect(await within(await readme()).findByRole("heading", { level: 3, name: "Other words" })).toBeTruthy();
  });

  it("has links that are copied, seen from the repository's page, and says so", async () => {
    const { platform, user } = show({ found: { kind: "text", path: "README.md", markdown: true, text: "[Plan](docs/plan.md)" } });
    await user.click(await within(await readme()).findByRole("button", { name: "Plan" }));
    await screen.findByText("Address copied");
    expect(platform.fake.copied.at(-1)).toMatch(/^https:\/\/.*\/docs\/plan\.md$/);
    expect(platform.fake.opened).toEqual([]);
  });

  it("that is no Markdown is shown as it is written", async () => {
    show({ found: { kind: "text", path: "README.txt", markdown: false, text: "# Not a heading\n  <b>indented</b>" } });
    const written = await within(await readme()).findByText(/# Not a heading/);
    expect([written.tagName, written.textContent]).toEqual(["PRE", "# Not a heading\n  <b>indented</b>"]);
  });

  it.each<[string, FakeContents, string]>([
    ["is not there", { found: { kind: "none" } }, "It has no README."],
    ["is not shown", { found: { kind: "unshown", path: "README.md", sentence: "README.md is longer than Drawbridge reads (512 KiB)." } }, "longer than Drawbridge reads"],
    ["was never read", { problem: OFFLINE }, "It was never read here."],
  ])("%s, and that is said", async (_, contents, says) => {
    show(contents);
    await within(await readme()).findByText(new RegExp(says.replace(/[.()]/g, "\\$&")));
  });

  it("that could not be kept says why, and not that it is being read", async () => {
    const { platform } = show();
    vi.spyOn(platform, "repositoryContents").mockImplementation(async (_, read) => {
      if (read) throw new ProblemError({ code: "disk", message: "The disk is full.", hint: "Make room." });
      return Promise.reject(new ProblemError(OFFLINE));
    });
    expect((await within(await readme()).findByRole("status")).textContent).toBe("The disk is full. Make room.");
    expect(within(await references()).getByText("They were never read here.")).toBeTruthy();
  });

  it("that is too long leads to its page", async () => {
    const { platform, user } = show({ found: { kind: "unshown", path: "README.md", sentence: "README.md is too long." } });
    await user.click(await within(await readme()).findByRole("button", { name: /^Open at/ }));
    await waitFor(() => expect(platform.fake.opened).toHaveLength(1));
  });

  it("stays where its host can't be reached, with what went wrong and when it was read", async () => {
    const contents: FakeContents = {};
    const { user } = show(contents);
    await within(await readme()).findByRole("heading", { level: 3 });
    contents.problem = OFFLINE;
    await user.click(screen.getByRole("button", { name: "Read the README again" }));
    const status = await within(await readme()).findByText(/could not be reached\. This is what was read Today/);
    expect(status.getAttribute("role")).toBe("status");
    expect(within(await readme()).getByRole("heading", { level: 3 })).toBeTruthy();
    contents.problem = null;
    await user.click(screen.getByRole("button", { name: "Read branches and tags again" }));
    await waitFor(() => expect(screen.queryByText(/could not be reached/)).toBeNull());
  });
});

describe("the page", () => {
  it("is scrolled by keys from its heading, and its links are stops on the way", async () => {
    const { user } = show({ found: { kind: "text", path: "README.md", markdown: true, text: "[Plan](docs/plan.md)" } });
    const link = await within(await readme()).findByRole("button", { name: "Plan" });
    await waitFor(() => expect(document.activeElement?.tagName).toBe("H1"));
    const body = link.closest<HTMLElement>("[data-region=body]")!;
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(body.scrollTop).toBe(80);
    await user.keyboard("{ArrowUp}");
    expect(body.scrollTop).toBe(40);
    for (let stops = 0; document.activeElement !== link && stops < 60; stops += 1) await user.tab();
    expect(document.activeElement).toBe(link);
    await user.keyboard("{ArrowDown}");
    expect(body.scrollTop).toBe(40);
  });
});

describe("branches and tags", () => {
  it("are counted, the default one is marked, and a name is copied by keys alone", async () => {
    const { platform, user } = show();
    await within(await references()).findByText("3 branches, 2 tags");
    const branches = within(await references()).getByRole("list", { name: "Branches" });
    const first = within(branches).getAllByRole("listitem")[0]!;
    expect(first.textContent).toContain("default");
    within(first).getByRole("button").focus();
    await user.keyboard("{Enter}");
    await screen.findByText("Name copied");
    expect(first.textContent).toContain(platform.fake.copied.at(-1));
    const tags = within(await references()).getByRole("list", { name: "Tags" });
    expect(within(tags).getAllByRole("listitem").map((each) => each.querySelector("code")?.textContent)).toEqual(["v1.10.0", "v1.9.2"]);
  });

  it("that are many are found by a field and shown on demand", async () => {
    const { user } = show({ tags: Array.from({ length: 500 }, (_, at) => `v${500 - at}`) });
    const tags = await within(await references()).findByRole("list", { name: "Tags" });
    expect(within(tags).getAllByRole("listitem")).toHaveLength(8);
    await user.type(screen.getByRole("textbox", { name: "Find a branch or tag" }), "v49");
    await waitFor(() => expect(within(tags).getAllByRole("listitem")).toHaveLength(11));
    expect(within(await references()).getByText("None of them is called so.")).toBeTruthy();
    await user.clear(screen.getByRole("textbox", { name: "Find a branch or tag" }));
    await user.click(screen.getByRole("button", { name: "Show all 500 tags" }));
    expect(within(tags).getAllByRole("listitem")).toHaveLength(200);
    expect(within(await references()).getByText("200 of 500 are shown. The field above finds the others.")).toBeTruthy();
  });

  it("of an empty repository are none, and that is no fault", async () => {
    show({ branches: [], tags: [], found: { kind: "none" } });
    await within(await references()).findByText("It is empty: it has no branch and no tag.");
    expect((await references()).querySelector("[role=status]")).toBeNull();
  });
});
