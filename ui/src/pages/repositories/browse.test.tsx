import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";
import { searchedText } from "./filters";
import { stateOf, toSave } from "./views";

function show(path: string) {
  const { at, platform } = renderAt(path);
  return { address: () => decodeURIComponent(at()), platform, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) };
}

const field = () => screen.findByRole<HTMLInputElement>("combobox", { name: "Search repositories" });
const chips = () => within(screen.getByRole("list", { name: "Filters" })).getAllByRole("listitem").map((each) => each.textContent);

describe("filters", () => {
  it("become chips as they are typed, wanted or not, and stand in the address", async () => {
    const { user, address } = show("/");
    await user.type(await field(), "book -lang:kotlin is:private ");
    expect(chips()).toEqual(["not languagekotlin", "visibilityprivate"]);
    expect((await field()).value).toBe("book ");
    await waitFor(() => expect(address()).toContain("-lang:kotlin"));
    await waitFor(() => expect(screen.queryAllByRole("gridcell", { name: "Kotlin" })).toEqual([]));
  });

  it("say what was no filter and offer what was meant", async () => {
    const { user } = show("/");
    await user.type(await field(), "langs:go ");
    await user.click(await screen.findByRole("button", { name: "Use lang:go" }));
    expect(chips()).toEqual(["languagego"]);
  });

  it("are completed from what there is, by keys alone", async () => {
    const { user } = show("/");
    const input = await field();
    await user.type(input, "lang:ko");
    const values = await screen.findByRole("listbox", { name: "Values" });
    expect(within(values).getAllByRole("option")[0]?.textContent).toMatch(/^Kotlin/);
    await user.keyboard("{ArrowDown}{Enter}");
    expect(chips()).toEqual(["languageKotlin"]);
    expect(input.value).toBe("");
    expect(document.activeElement).toBe(input);
    expect(screen.queryByRole("listbox", { name: "Values" })).toBeNull();
  });

  it("have beside them where to look for what no filter brings, by keys alone", async () => {
    const { user, address } = show("/");
    const grid = await screen.findByRole("grid", { name: "Repositories" });
    await within(grid).findByRole("columnheader", { name: "Pushed" });
    grid.focus();
    await user.keyboard("f");
    const removed = await screen.findByRole("menuitem", { name: "Removed repositories" });
    expect(screen.getByRole("menuitem", { name: "Why is a repository missing?" })).toBeTruthy();
    await user.keyboard("{End}");
    await waitFor(() => expect(document.activeElement).toBe(removed));
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { name: "Removed repositories" })).toBeTruthy();
    expect(address()).toContain("/removed");
  });
});

describe("a search that finds nothing", () => {
  it("leads on to what can be done about it by Tab", async () => {
    const { user } = show("/");
    await user.type(await field(), "zzz-none");
    const next = await screen.findByRole("button", { name: "Look at the hosts" });
    for (let step = 0; step < 12 && document.activeElement !== next; step += 1) await user.tab();
    expect(document.activeElement).toBe(next);
  });
});

describe("columns", () => {
  it("are chosen, sorted by, and stay in the address", async () => {
    const { user, address } = show("/");
    const grid = await screen.findByRole("grid", { name: "Repositories" });
    await within(grid).findByRole("columnheader", { name: "Pushed" });
    grid.focus();
    await user.keyboard("{Shift>}S{/Shift}");
    await user.click(await screen.findByRole("menuitemcheckbox", { name: "Size" }));
    await user.click(screen.getByRole("menuitemcheckbox", { name: "Language" }));
    await user.keyboard("{Escape}");
    const size = within(grid).getByRole("columnheader", { name: "Size" });
    expect(within(grid).queryByRole("columnheader", { name: "Language" })).toBeNull();
    await user.click(within(size).getByRole("button"));
    expect(size.getAttribute("aria-sort")).toBe("descending");
    await waitFor(() => expect(address()).toContain("columns=description,account,size,pushed"));
  });
});

describe("the way back", () => {
  it("leads to the list that was shown before, with its filters", async () => {
    const { user, address } = show("/");
    const rail = await screen.findByRole("navigation", { name: "Main" });
    const accounts = () => within(rail).getAllByRole("link").filter((each) => /account=/.test(each.getAttribute("href") ?? ""));
    await waitFor(() => expect(accounts().length).toBeGreaterThan(1));
    const [one, other] = accounts();
    if (!one || !other) throw new Error("there are two accounts");
    const seen: string[] = [];
    for (const link of [one, other]) {
      await user.click(link);
      await waitFor(() => expect(link.getAttribute("aria-current")).toBe("page"));
      // Chosen among what is listed, so that this page writes the address anew.
      await user.type(await field(), "o");
      await waitFor(() => expect(address()).toContain("q=o"));
      seen.push(chips().join());
    }
    expect(seen[0]).not.toBe(seen[1]);
    await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    await waitFor(() => expect(chips().join()).toBe(seen[0]));
    expect(one.getAttribute("aria-current")).toBe("page");
  });
});

describe("a repository’s menu", () => {
  it("is of the repository it was opened for, whatever a sync brings", async () => {
    const { user, platform } = show("/");
    const details = await screen.findByRole("complementary", { name: "Current repository" });
    const name = (await within(details).findByRole("heading", { level: 2 })).textContent;
    (await screen.findByRole("grid", { name: "Repositories" })).focus();
    await user.keyboard(".");
    const copy = await screen.findByRole("menuitem", { name: /^Copy its address/ });
    platform.fake.push({ id: 20 });
    await screen.findByText(/^\d+ newer/);
    await user.click(copy);
    await waitFor(() => expect(platform.fake.copied.at(-1)).toContain(name));
  });
});

describe("views", () => {
  it("of an account that is gone do not show everything instead", () => {
    const view = { id: "v", name: "Mine", query: "boats account:mara", sort: "best", reverse: false, columns: [], saved_at: "2026-11-01T10:00:00Z" } as const;
    const state = stateOf({ ...view, columns: [] }, []);
    expect(searchedText(state.text)).toBe("boats account:mara");
    const typed = { ...state, text: "boats lang:ru" };
    expect(toSave("Mine", typed, [], false).query).toBe("boats");
    expect(toSave("Mine", state, [], false).query).toBe("boats account:mara");
  });

  it("are kept, shown in the rail, renamed, removed and brought back", async () => {
    const { user, address } = show("/?filter=lang%3Akotlin");
    const grid = await screen.findByRole("grid", { name: "Repositories" });
    grid.focus();
    await user.keyboard("{Control>}s{/Control}");
    await user.type(await screen.findByRole("textbox", { name: "Name" }), "Kotlin things{Enter}");
    // What lies behind the dialog is there again when it has closed.
    const rail = await screen.findByRole("navigation", { name: "Main" });
    const link = await within(rail).findByRole("link", { name: "Kotlin things" });
    await waitFor(() => expect(link.getAttribute("aria-current")).toBe("page"));

    await user.click(within(rail).getByRole("link", { name: /^Repositories/ }));
    await waitFor(() => expect(screen.queryByRole("list", { name: "Filters" })).toBeNull());
    await user.click(within(rail).getByRole("link", { name: "Kotlin things" }));
    await waitFor(() => expect(chips()).toEqual(["languagekotlin"]));

    (await screen.findByRole("grid", { name: "Repositories" })).focus();
    await user.keyboard("{Shift>}{F2}{/Shift}");
    const name = await screen.findByRole("textbox", { name: "Name" });
    await user.clear(name);
    await user.type(name, "Old ones{Enter}");
    await within(rail).findByRole("link", { name: "Old ones" });

    await user.keyboard("{Control>}k{/Control}");
    await user.type(await screen.findByRole("combobox", { name: "Search or do anything" }), "remove the view{Enter}");
    await waitFor(() => expect(within(rail).queryByRole("link", { name: "Old ones" })).toBeNull());
    await user.click(await screen.findByRole("button", { name: "Undo" }));
    await within(rail).findByRole("link", { name: "Old ones" });
    expect(address()).toContain("filter=lang:kotlin");
  });

  it("say that a name is taken before they take its place", async () => {
    const { user } = show("/");
    for (const button of ["Save", "Save in its place"]) {
      (await screen.findByRole("grid", { name: "Repositories" })).focus();
      await user.keyboard("{Control>}s{/Control}");
      const name = await screen.findByRole("textbox", { name: "Name" });
      await user.clear(name);
      await user.type(name, "Mine");
      await user.click(await screen.findByRole("button", { name: new RegExp(`^${button}\\b`) }));
      await waitFor(() => expect(screen.queryByRole("textbox", { name: "Name" })).toBeNull());
    }
    expect(within(await screen.findByRole("navigation", { name: "Main" })).getAllByRole("link", { name: "Mine" })).toHaveLength(1);
  });
});

describe("the owners", () => {
  it("stand beside the list with their counts and filter it, by keys alone", async () => {
    const { user } = show("/");
    (await screen.findByRole("grid", { name: "Repositories" })).focus();
    await user.keyboard("t");
    const tree = await screen.findByRole("tree", { name: "Owners" });
    const [first] = await within(tree).findAllByRole("treeitem");
    first?.focus();
    await user.keyboard("{ArrowDown}{Enter}");
    const second = within(tree).getAllByRole("treeitem")[1];
    await waitFor(() => expect(second?.getAttribute("aria-selected")).toBe("true"));
    expect(chips()[0]).toMatch(/^owner/);
  });
});

describe("a repository’s page", () => {
  it("says what was seen to change", async () => {
    const { user } = show("/");
    await user.type(await field(), "fjordline/booking-api");
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 1, name: "fjordline/booking-api" });
    expect(screen.getByText("Was internal, is private")).toBeTruthy();
  });
});

describe("a selection", () => {
  it("is copied as a table and as JSON", async () => {
    const { user, platform } = show("/");
    (await screen.findByRole("grid", { name: "Repositories" })).focus();
    await user.keyboard("x");
    await user.click(await screen.findByRole("button", { name: "More…" }));
    await user.click(await screen.findByRole("menuitem", { name: "Copy as a table (CSV)" }));
    await waitFor(() => expect(platform.fake.copied.at(-1)).toMatch(/^full_name,visibility,archived,language,pushed_at,clone_url,web_url\r\n/));
    await user.click(await screen.findByRole("button", { name: "More…" }));
    await user.click(await screen.findByRole("menuitem", { name: "Copy as JSON" }));
    await waitFor(() => expect(JSON.parse(platform.fake.copied.at(-1) ?? "")).toHaveLength(1));
  });
});
