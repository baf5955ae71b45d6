import { act, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { App } from "./App";
import { Session } from "./data/session";
import { fakePlatform } from "./ipc/fake/keeper";
import type { FakeOptions } from "./ipc/fake/options";
import { ProblemError } from "./ipc/platform";

function start(options: FakeOptions = {}) {
  const platform = fakePlatform({ rows: 300, pace: 1, ...options });
  render(<App session={new Session(platform)} />);
  return { platform, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }) };
}

const field = () => screen.findByRole<HTMLInputElement>("combobox", { name: "Search repositories" });
const grid = () => screen.getByRole("grid", { name: "Repositories" });
const nameIn = (row: Element | null) => row?.querySelector("[data-name]")?.textContent;
const names = () => within(grid()).getAllByRole("row").slice(1).map(nameIn);
const currentName = () => nameIn(document.getElementById(grid().getAttribute("aria-activedescendant") ?? ""));

async function list(options: FakeOptions = {}) {
  const started = start(options);
  await field();
  await waitFor(() => expect(names().length).toBeGreaterThan(10));
  return started;
}

describe("the vault decides what is shown", () => {
  it.each([
    ["absent", "Where should the vault’s key be kept?"],
    ["locked", "The vault is locked"],
    ["damaged", "The vault file is damaged"],
    ["too_new", "A newer Drawbridge wrote this vault"],
  ] as const)("%s", async (vault, title) => {
    start({ vault });
    expect(await screen.findByRole("heading", { level: 1, name: title })).toBeTruthy();
    expect(screen.queryByRole("navigation", { name: "Main" })).toBeNull();
  });

  it("shows the list as soon as the passphrase is right", async () => {
    const { user } = start({ vault: "locked", passphrase: "oxbow lantern" });
    await user.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    expect(await field()).toBeTruthy();
  });

  it("says what the shell said when nobody answers for the vault", async () => {
    const platform = fakePlatform();
    platform.fake.failNext("vaultStatus", "keeper_busy", "Another Drawbridge has this vault.", "Close it first.");
    render(<App session={new Session(platform)} />);
    expect(await screen.findByRole("heading", { name: "Another Drawbridge has this vault." })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    expect(await field()).toBeTruthy();
  });
});

describe("locking", () => {
  it("leaves nothing in the document, in the same moment", async () => {
    const { platform, user } = await list();
    await user.type(await field(), "booking-api");
    await waitFor(() => expect(names()[0]).toBe("fjordline/booking-api"));
    await user.keyboard("{Control>}k{/Control}");
    await user.type(screen.getByRole("combobox", { name: "Search or do anything" }), "harbour");
    await screen.findByRole("option", { name: /Show all/ });
    platform.fake.lock();
    // Not a moment later: nothing is awaited here.
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("The vault is locked");
    expect(document.documentElement.outerHTML).not.toMatch(/fjordline|harbour|maralind|booking|github/i);
    expect(document.location.href).not.toMatch(/booking|harbour/);
    expect(JSON.stringify([Object.entries(localStorage), Object.entries(sessionStorage)])).not.toMatch(/booking|harbour|maralind/);
  });

  it("forgets where one was: opening again begins at the whole list", async () => {
    const { platform, user } = await list();
    await user.type(await field(), "booking-api");
    platform.fake.lock();
    await user.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    expect((await field()).value).toBe("");
    await waitFor(() => expect(names()).toContain("harbour/ops-runbooks"));
  });

  it("is a key away, from anywhere", async () => {
    const { user } = await list();
    await user.keyboard("{Control>}l{/Control}");
    expect(await screen.findByRole("heading", { name: "The vault is locked" })).toBeTruthy();
  });
});

describe("searching", () => {
  it("finds as one types, marks what was found, and counts", async () => {
    const { user } = await list();
    await user.type(await field(), "logbook");
    await waitFor(() => expect(names()).toEqual(["harbour/pilot-logbook", "maralind/house-logbook"]));
    expect([...grid().querySelectorAll("mark")].map((mark) => mark.textContent)).toEqual(["logbook", "logbook"]);
    expect(screen.getByText("2 of 300")).toBeTruthy();
    await waitFor(() => expect(screen.getByText("2 of 300 repositories").getAttribute("role")).toBe("status"), { timeout: 3000 });
  });

  it("makes a chip of a whole filter and a space, and text of a chip again", async () => {
    const { user } = await list();
    const input = await field();
    await user.type(input, "-is:archived lang:rust ");
    const chips = within(screen.getByRole("list", { name: "Filters" }));
    expect(chips.getAllByRole("listitem").map((chip) => chip.textContent)).toEqual(["notarchived", "languagerust"]);
    expect(input.value).toBe("");
    await user.keyboard("{Backspace}");
    expect(input.value).toBe("lang:rust");
    expect(chips.getAllByRole("listitem")).toHaveLength(1);
  });

  it("moves in the list without leaving the field, and opens with Enter", async () => {
    const { user } = await list();
    const input = await field();
    await user.type(input, "book");
    await waitFor(() => expect(names()[0]).toBe("tidewater-labs/notebooks"));
    await user.keyboard("{ArrowDown}{ArrowDown}");
    expect(document.activeElement).toBe(input);
    expect(input.getAttribute("aria-activedescendant")).toBe(grid().getAttribute("aria-activedescendant"));
    expect(currentName()).toBe("harbour/bookkeeping-export");
    await user.keyboard("{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "harbour/bookkeeping-export" })).toBeTruthy();
  });

  it("says which filter to drop when nothing is found, and what that brings", async () => {
    const { user } = await list();
    await user.type(await field(), "storybook is:fork ");
    const way = await screen.findByRole("button", { name: /^1 without “only forks”$/ });
    await user.click(way);
    await waitFor(() => expect(names()).toEqual(["fjordline/storybook-theme"]));
  });

  it("empties the field with Escape, then leaves it", async () => {
    const { user } = await list();
    const input = await field();
    await user.type(input, "book");
    await user.keyboard("{Escape}");
    expect(input.value).toBe("");
    await user.keyboard("{Escape}");
    expect(document.activeElement).toBe(grid());
  });
});

describe("the list", () => {
  const inList = async (options?: FakeOptions) => {
    const started = await list(options);
    await started.user.tab();
    expect(document.activeElement).toBe(grid());
    return started;
  };
  const selected = () => within(grid()).queryAllByRole("row", { selected: true }).length;

  it("is moved through with arrows and letters, to both ends", async () => {
    const { user } = await inList();
    const [first, second, third] = names();
    await user.keyboard("j");
    expect(currentName()).toBe(second);
    await user.keyboard("{ArrowDown}");
    expect(currentName()).toBe(third);
    await user.keyboard("k{Home}");
    expect(currentName()).toBe(first);
    await user.keyboard("{End}");
    expect(grid().getAttribute("aria-activedescendant")).toMatch(/-299$/);
    expect(grid().getAttribute("aria-rowcount")).toBe("301");
  });

  it("selects with X, Space, Shift and arrows, and copies the addresses", async () => {
    const { user, platform } = await inList();
    await user.keyboard("x");
    await user.keyboard("{Shift>}{ArrowDown}{ArrowDown}{/Shift}");
    expect(selected()).toBe(3);
    await user.keyboard(" ");
    expect(selected()).toBe(2);
    expect(screen.getByRole("toolbar").textContent).toContain("2 selected");
    await user.click(screen.getByRole("button", { name: "Copy addresses" }));
    expect(platform.fake.copied).toHaveLength(1);
    expect(platform.fake.copied[0]?.split("\n")).toHaveLength(2);
    expect(platform.fake.copied[0]).toMatch(/^https:\/\/[\w.]+\/tidewater-labs\/notebooks\.git$/m);
  });

  it("selects all that match, not what is loaded; Escape takes the selection, then the filters", async () => {
    const { user } = await inList({ rows: 2500 });
    await user.keyboard("{Control>}a{/Control}");
    expect(await screen.findByText("2,500 selected")).toBeTruthy();
    await user.keyboard("{Escape}");
    expect(screen.queryByRole("toolbar")).toBeNull();
  });

  it("keeps the selection when the order changes", async () => {
    const { user } = await inList();
    await user.keyboard("x");
    await user.click(within(grid()).getByRole("button", { name: "Repository" }));
    await waitFor(() => expect(names()[0]).toMatch(/^berg\//));
    expect(screen.getByRole("toolbar").textContent).toContain("1 selected");
    expect(within(grid()).getByRole("columnheader", { name: "Repository" }).getAttribute("aria-sort")).toBe("ascending");
    await user.click(within(grid()).getByRole("button", { name: "Repository" }));
    await waitFor(() => expect(names()[0]).toMatch(/^weather\//));
  });

  it("shows the current row beside the list, and hides that with I", async () => {
    const { user } = await inList();
    await user.keyboard("j");
    const inspector = screen.getByRole("complementary", { name: "Current repository" });
    expect(within(inspector).getByRole("heading").textContent).toBe(names()[1]);
    await user.keyboard("i");
    expect(screen.queryByRole("complementary", { name: "Current repository" })).toBeNull();
  });

  it("copies the address with C and opens the site with O", async () => {
    const { user, platform } = await inList();
    await user.keyboard("co");
    expect(platform.fake.copied).toEqual(["https://code.tidewater.example/tidewater-labs/notebooks.git"]);
    expect(platform.fake.opened).toEqual(["https://code.tidewater.example/tidewater-labs/notebooks"]);
  });

  it("offers what can be done with a row, by the same names and keys as everywhere", async () => {
    const { user, platform } = await inList();
    await user.keyboard("j.");
    const items = await screen.findAllByRole("menuitem");
    expect(items.map((item) => item.textContent)).toEqual([
      "Open its page↵",
      "Copy its addressC",
      "Copy its SSH address",
      "Clone…⇧C",
      "Open at git.fjordline.exampleO",
    ]);
    await user.click(screen.getByRole("menuitem", { name: /SSH/ }));
    expect(platform.fake.copied).toEqual(["git@git.fjordline.example:harbour/ops-runbooks.git"]);
    await waitFor(() => expect(document.activeElement).toBe(grid()));
  });

  it("says what could not be done, with the words it came with", async () => {
    const { user, platform } = await inList();
    platform.fake.failNext("openRepository", "internal", "No browser could be started.", "Copy the address instead.");
    await user.keyboard("o");
    expect((await screen.findByText("No browser could be started.")).closest("[role=alert]")?.textContent).toContain("Copy the address instead.");
  });

  it("says what failed where nobody waited for it", async () => {
    await inList();
    const reason = new ProblemError({ code: "internal", message: "No clipboard answers.", hint: "" });
    act(() => void dispatchEvent(Object.assign(new Event("unhandledrejection"), { reason })));
    expect(await screen.findByText("No clipboard answers.")).toBeTruthy();
  });

  it("filters by a menu of fields and values with counts", async () => {
    const { user } = await inList();
    await user.keyboard("f");
    await screen.findByRole("menuitem", { name: "Visibility" });
    await user.keyboard("{ArrowDown}{ArrowDown}{ArrowDown}{ArrowRight}");
    const value = await screen.findByRole("menuitemcheckbox", { name: /^Internal/ });
    const count = Number(/\d+/.exec(value.textContent)?.[0]);
    await user.click(value);
    await waitFor(() => expect(screen.getByText(`${count} of 300`)).toBeTruthy());
  });

  it("says how much is newer and moves nothing until R", async () => {
    const { user, platform } = await inList();
    await user.keyboard("jj");
    const before = names();
    platform.fake.push({ id: 15 }, { name: "harbour/new-quay" });
    expect(await screen.findByRole("button", { name: "2 newer, R" })).toBeTruthy();
    expect(names()).toEqual(before);
    const held = currentName();
    await user.keyboard("r");
    await waitFor(() => expect(names()).toContain("harbour/new-quay"));
    expect(currentName()).toBe(held);
  });

  it("takes no letters when they are turned off", async () => {
    const { user, platform } = await inList();
    await platform.setSettings({ sync_every_minutes: 30, close_to_tray: true, single_keys: false });
    await waitFor(async () => {
      const before = currentName();
      await user.keyboard("j");
      expect(currentName()).toBe(before);
    });
    const before = currentName();
    await user.keyboard("kxc");
    expect(currentName()).toBe(before);
    expect(selected()).toBe(0);
    expect(platform.fake.copied).toEqual([]);
    await user.keyboard("{ArrowDown}");
    expect(currentName()).not.toBe(before);
  });
});

describe("a repository's page", () => {
  it("goes through the results and leads back to the row one came from", async () => {
    const { user } = await list();
    await user.type(await field(), "book");
    await waitFor(() => expect(names()[0]).toBe("tidewater-labs/notebooks"));
    await user.keyboard("{Enter}");
    await screen.findByRole("heading", { level: 1, name: "tidewater-labs/notebooks" });
    expect(await screen.findByText(/^1 of \d+ results$/)).toBeTruthy();
    await user.keyboard("jj");
    await screen.findByRole("heading", { level: 1, name: "harbour/bookkeeping-export" });
    await user.keyboard("k");
    await screen.findByRole("heading", { level: 1, name: "harbour/ops-runbooks" });
    await user.keyboard("{Escape}");
    expect((await field()).value).toBe("book");
    await waitFor(() => expect(currentName()).toBe("harbour/ops-runbooks"));
    expect(document.activeElement).toBe(grid());
  });

  it("opens what the words find, also for somebody who types faster than the answer comes", async () => {
    const { user } = await list({ latency: 30 });
    await user.type(await field(), "booking-api{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "fjordline/booking-api" })).toBeTruthy();
  });

  it("says what is known, who reaches it, and what was seen", async () => {
    const { user } = await list();
    await user.type(await field(), "booking-api{Enter}");
    await screen.findByText("fjordline/reservations");
    const page = screen.getByRole("main");
    for (const words of ["kafka", "maintain", "git@github.com:fjordline/booking-api.git", "First listed", "364918005"]) {
      expect(page.textContent).toContain(words);
    }
  });
});

describe("the palette", () => {
  it("finds actions, repositories and accounts, and gives the focus back", async () => {
    const { user } = await list();
    const before = await field();
    await user.click(before);
    await user.keyboard("{Control>}k{/Control}");
    const ask = screen.getByRole("combobox", { name: "Search or do anything" });
    await user.type(ask, "pilot");
    expect(await screen.findByRole("option", { name: /harbour\/pilot-logbook/ })).toBeTruthy();
    await user.clear(ask);
    await user.type(ask, "@berg");
    expect(screen.getAllByRole("option")).toHaveLength(1);
    await user.clear(ask);
    await user.type(ask, "> sync");
    expect(screen.getAllByRole("option")[0]?.textContent).toContain("Sync all");
    await user.keyboard("{Escape}");
    await waitFor(() => expect(document.activeElement).toBe(before));
  });

  it("does what is chosen", async () => {
    const { user } = await list();
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("activity{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "Activity" })).toBeTruthy();
  });

  it("shows the whole list for its words", async () => {
    const { user } = await list();
    await user.keyboard("{Control>}k{/Control}");
    await user.keyboard("book");
    await screen.findByRole("option", { name: /Show all/ });
    await user.keyboard("{Control>}{Enter}{/Control}");
    await waitFor(async () => expect((await field()).value).toBe("book"));
  });
});

describe("the window", () => {
  it("goes to its pages by number and back by Alt and the arrow", async () => {
    const { user } = await list();
    await user.keyboard("{Control>}2{/Control}");
    await screen.findByRole("heading", { level: 1, name: /^Accounts/ });
    await user.keyboard("{Control>}4{/Control}");
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    await user.keyboard("{Alt>}{ArrowLeft}{/Alt}");
    await screen.findByRole("heading", { level: 1, name: /^Accounts/ });
  });

  it("leads through its regions with F6, both ways", async () => {
    const { user } = await list();
    const region = () => document.activeElement?.closest<HTMLElement>("[data-region]")?.dataset.region;
    const seen = [];
    for (let step = 0; step < 4; step += 1) {
      seen.push(region());
      await user.keyboard("{F6}");
    }
    expect(seen).toEqual(["head", "list", "inspector", "rail"]);
    await user.keyboard("{Shift>}{F6}{/Shift}");
    expect(region()).toBe("rail");
  });

  it("syncs all accounts with R, and the one whose page is shown", async () => {
    const { user, platform } = await list();
    const running = async () => (await platform.syncStatus()).running.map((each) => each.account);
    await user.tab();
    await user.keyboard("r");
    await waitFor(async () => expect((await running()).length).toBeGreaterThan(1));
    await waitFor(async () => expect(await running()).toEqual([]));
    platform.fake.showPlace({ kind: "account", id: "own" });
    await screen.findByRole("heading", { level: 1, name: /^maralind/ });
    await user.keyboard("r");
    await waitFor(async () => expect(await running()).toEqual(["own"]));
  });

  it("shows all keys", async () => {
    const { user } = await list();
    await user.tab();
    await user.keyboard("?");
    expect(await screen.findByRole("dialog", { name: "All keys" })).toBeTruthy();
  });

  it("filters by an account from the rail, and says so as a chip", async () => {
    const { user } = await list();
    await user.click(within(screen.getByRole("navigation", { name: "Main" })).getByRole("link", { name: /^mlindqvist/ }));
    await waitFor(() => expect(screen.getByRole("list", { name: "Filters" }).textContent).toBe("ofmlindqvist"));
    await waitFor(() => expect(names().every((name) => /^(harbour|platform|pilots)\//.test(name ?? ""))).toBe(true));
  });

  it("begins with connecting where nobody is connected, and shows the list as soon as it was read", async () => {
    const { user, platform } = start({ accounts: "none", pace: 150 });
    await screen.findByRole("heading", { name: "Nothing to list yet" });
    expect(screen.getByText("No accounts yet")).toBeTruthy();
    await user.keyboard("{Control>}n{/Control}");
    await screen.findByRole("heading", { level: 1, name: "Connect an account" });
    await platform.connectToken({ provider: "github", host: null, api_url: null, token: "ghp_a_token_of_a_test" });
    await user.keyboard("{Control>}1{/Control}");
    expect(await screen.findByText(/^Reading github\.com/)).toBeTruthy();
    await waitFor(() => expect(names().length).toBeGreaterThan(10), { timeout: 3000 });
  });

  it("goes where the shell asks, also if the vault is opened only later", async () => {
    const { user, platform } = start({ vault: "locked", place: { kind: "settings" } });
    await user.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    await screen.findByRole("heading", { level: 1, name: "Settings" });
    platform.fake.showPlace({ kind: "account", id: "own" });
    await screen.findByRole("heading", { level: 1, name: /^maralind/ });
  });

  it("says what went wrong away from the eye, once", async () => {
    const { platform } = await list();
    const [run] = (await platform.syncRuns({})).rows;
    if (!run) throw new Error("the fake has runs");
    const failed = { ...run, account: "own", login: "maralind", outcome: "stopped" as const, sentence: "Stopped at page 3. Nothing was removed." };
    platform.fake.emit({ kind: "sync_finished", run: failed });
    platform.fake.emit({ kind: "sync_finished", run: failed });
    const toast = (await screen.findByText("Stopped at page 3. Nothing was removed.")).closest("[role=status]");
    await waitFor(() => expect(toast?.textContent).toContain("2 times"));
  });
});
