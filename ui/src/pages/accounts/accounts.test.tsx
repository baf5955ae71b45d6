import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import { renderAt } from "../../testing/renderAt";

describe("the accounts", () => {
  it("stand under what has to be done about them, the worst first", async () => {
    renderAt("/accounts");
    const grid = await screen.findByRole("grid", { name: "Accounts" });
    const heads = within(grid).getAllByRole("rowheader").map((head) => head.textContent);
    expect(heads).toEqual(["Needs you", "Trying again by itself", "Working"]);
    const first = grid.querySelector<HTMLElement>("[data-account]");
    expect(first?.textContent).toContain("github.com ended this sign-in");
  });

  it("are walked and opened by keys", async () => {
    const { at } = renderAt("/accounts");
    await screen.findByRole("grid", { name: "Accounts" });
    await userEvent.keyboard("{ArrowDown}j{ArrowUp}");
    expect(document.activeElement?.getAttribute("data-account")).toBe("tidewater");
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(at()).toBe("/accounts/tidewater"));
  });

  it("are in reach of the keys as soon as one comes back to them", async () => {
    const { at } = renderAt("/accounts");
    await screen.findByRole("grid", { name: "Accounts" });
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("button", { name: "Back" });
    await userEvent.keyboard("{Escape}");
    await screen.findByRole("grid", { name: "Accounts" });
    await userEvent.keyboard("{ArrowDown}{Enter}");
    await waitFor(() => expect(at()).toMatch(/^\/accounts\/(?!$)/));
  });

  it("sign in again from their row, by a token where that is how they are connected", async () => {
    const { at, platform } = renderAt("/accounts");
    await userEvent.click(await screen.findByRole("button", { name: "Sign in again" }));
    await waitFor(() => expect(at()).toMatch(/^\/sign-in\//));
    expect((await platform.signInList())[0]?.host).toBe("https://github.com");
  });

  it("show how far they are while they are read", async () => {
    const { platform } = renderAt("/accounts");
    await screen.findByRole("grid", { name: "Accounts" });
    const progress = { account: "own", login: "maralind", stage: "reading", repositories: 300, expected: 412, pages: 3, expected_pages: 5, until: null } as const;
    platform.fake.emit({ kind: "sync_progress", progress });
    expect(await screen.findByText("Reading, 300 of 412")).toBeTruthy();
  });

  it("say so when there are none", async () => {
    renderAt("/accounts", { accounts: "none" });
    expect(await screen.findByRole("heading", { name: "No account is connected" })).toBeTruthy();
  });
});

describe("access that has not ended at its host", () => {
  it("stays listed until its person has ended it there", async () => {
    const { platform } = renderAt("/accounts", { accounts: "more" });
    expect(await screen.findByText("The access of mara.lindqvist at pontoon.example has not ended there")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Open its page" }));
    expect(platform.fake.opened).toHaveLength(1);
    await userEvent.click(screen.getByRole("button", { name: "I have ended it" }));
    await waitFor(() => expect(screen.queryByText(/has not ended there/)).toBeNull());
    expect((await platform.unendedList()).total).toBe(0);
  });
});

describe("disconnecting", () => {
  it("names what ends, and changes nothing by Esc", async () => {
    const { platform } = renderAt("/accounts/own");
    const opener = await screen.findByRole("button", { name: "Disconnect…" });
    await userEvent.click(opener);
    const dialog = await screen.findByRole("dialog", { name: "Disconnect maralind?" });
    const count = (await platform.accountShow("own")).repositories;
    expect(dialog.textContent).toContain("Revokes at github.com first");
    expect(dialog.textContent).toContain(`${count} repositor`);
    await waitFor(() => expect(document.activeElement?.textContent).toBe("Keep it"));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(platform.fake.asked).not.toContain("accountDisconnect");
    expect(screen.getByRole("heading", { name: /maralind/ })).toBeTruthy();
  });

  it("ends in a receipt", async () => {
    renderAt("/accounts/own");
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect…" }));
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect maralind" }));
    expect(await screen.findByRole("heading", { name: /maralind is disconnected/ })).toBeTruthy();
    expect(screen.getByText("github.com has ended the access")).toBeTruthy();
    expect(screen.queryByRole("button", { name: /End it at/ })).toBeNull();
  });

  it("says what waits in the vault until its host can be reached", async () => {
    renderAt("/accounts/labs");
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect…" }));
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect tidewater-mara" }));
    expect(await screen.findByText("Kept sealed until it has ended there")).toBeTruthy();
    expect(screen.getByText("What ends this sign-in stays sealed in the vault until then")).toBeTruthy();
    expect(screen.queryByText(/Nothing of this sign-in is left|Removed from this vault/)).toBeNull();
  });

  it("leads to the host's page where only that can end the rest", async () => {
    const { platform } = renderAt("/accounts/berg");
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect…" }));
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect maralind" }));
    await userEvent.click(await screen.findByRole("button", { name: "End it at git.berg.example" }));
    expect(platform.fake.opened).toEqual(["https://git.berg.example#revoke"]);
  });

  it("stays, and says why, when it could not be done", async () => {
    const { platform } = renderAt("/accounts/own");
    platform.fake.failNext("accountDisconnect", "disk", "The vault can't be written.");
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect…" }));
    await userEvent.click(await screen.findByRole("button", { name: "Disconnect maralind" }));
    expect(await screen.findByText("The vault can't be written.")).toBeTruthy();
    expect(screen.getByRole("dialog", { name: "Disconnect maralind?" })).toBeTruthy();
  });
});

describe("an account", () => {
  it("says what is wrong, with one thing to do about it", async () => {
    renderAt("/accounts/fjordline");
    expect(await screen.findByRole("heading", { name: "github.com ended this sign-in" })).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "Sign in again" })).toHaveLength(1);
    expect(screen.getByRole("button", { name: "Sync now", description: "Sign in again first." })).toBeTruthy();
  });

  it("marks what was granted, refused and never asked for", async () => {
    renderAt("/accounts/fjordline");
    const scopes = within(await screen.findByRole("list", { name: "What it may do" }));
    expect(scopes.getAllByRole("listitem").map((line) => line.dataset.state)).toEqual([
      "granted",
      "granted",
      "granted",
      "refused",
      "not_asked",
    ]);
    expect(scopes.getByText("Change workflow files").textContent).toContain("asked for, not granted");
  });
});

describe("an account's name", () => {
  it("is given by a key, stands over the login, and is taken away again", async () => {
    const { platform } = renderAt("/accounts/own");
    await screen.findByRole("heading", { level: 1, name: /^maralind/ });
    await userEvent.keyboard("{F2}");
    const field = await screen.findByLabelText<HTMLInputElement>("Name");
    await waitFor(() => expect(document.activeElement).toBe(field));
    await userEvent.type(field, "At home{Enter}");
    expect(await screen.findByRole("heading", { level: 1, name: "At homemaralind at github.com" })).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await userEvent.click(screen.getByRole("button", { name: "Rename…" }));
    await userEvent.clear(await screen.findByLabelText("Name"));
    await userEvent.click(screen.getByRole("button", { name: "Take the name away" }));
    await screen.findByRole("heading", { level: 1, name: /^maralind/ });
    expect((await platform.accountShow("own")).label).toBeNull();
  });

  it("stays as it was when it can't be used, and says why", async () => {
    const { platform } = renderAt("/accounts/own");
    platform.fake.failNext("accountRename", "invalid_input", "A name has up to 60 letters on one line.", "Choose a shorter one.");
    await userEvent.click(await screen.findByRole("button", { name: "Rename…" }));
    await userEvent.type(await screen.findByLabelText("Name"), "At home{Enter}");
    expect(await screen.findByText("A name has up to 60 letters on one line. Choose a shorter one.")).toBeTruthy();
    expect(screen.getByRole("dialog")).toBeTruthy();
  });

  it("is what the lists show, with the login below", async () => {
    renderAt("/accounts", { accounts: "more" });
    const row = (await screen.findByRole("grid", { name: "Accounts" })).querySelector<HTMLElement>("[data-account=chat]");
    expect(row?.textContent).toContain("Crew chatmara.lindqvist at fjordline.foghorn.example");
  });
});

describe("an account's access", () => {
  it("is renewed by hand, which its history tells", async () => {
    const { platform } = renderAt("/accounts/own");
    const history = await screen.findByRole("list", { name: "History" });
    await waitFor(() => expect(within(history).getAllByText("Renewed").length).toBeGreaterThan(0));
    const before = within(history).getAllByText("Renewed").length;
    const letGo = platform.fake.hold();
    await userEvent.click(screen.getByRole("button", { name: "Renew now" }));
    expect(screen.getByRole("button", { name: /^Renew/ }).getAttribute("aria-busy")).toBe("true");
    letGo();
    expect(await screen.findByText(/^Renewed at \d/)).toBeTruthy();
    await waitFor(() => expect(within(history).getAllByText("Renewed")).toHaveLength(before + 1));
  });

  it("is checked, and says in words what came of it", async () => {
    const { platform } = renderAt("/accounts/own");
    await userEvent.click(await screen.findByRole("button", { name: "Check now" }));
    expect(await screen.findByText(/^It works: github\.com answered at/)).toBeTruthy();
    platform.fake.failNext("accountCheck", "unreachable", "github.com could not be reached.");
    await userEvent.click(screen.getByRole("button", { name: "Check now" }));
    expect(await screen.findByText("github.com could not be reached.")).toBeTruthy();
    expect(screen.queryByText(/^It works/)).toBeNull();
  });

  it("can't be renewed where it does not renew itself", async () => {
    renderAt("/accounts/berg");
    await screen.findByRole("button", { name: "Check now" });
    expect(screen.queryByRole("button", { name: "Renew now" })).toBeNull();
  });

  it("says what ends when", async () => {
    renderAt("/accounts/tidewater");
    const ends = await screen.findByRole("region", { name: "What ends when" });
    expect(ends.textContent).toMatch(/in (9|10) days/);
    expect(ends.textContent).toContain("Access to code.tidewater.example");
  });

  it("offers to add what is missing only where something is", async () => {
    renderAt("/accounts/own");
    await screen.findByRole("list", { name: "What it may do" });
    expect(screen.queryByRole("button", { name: "Add what is missing" })).toBeNull();
  });

  it("is in the palette, under the account's name", async () => {
    const { platform } = renderAt("/accounts/chat", { accounts: "more" });
    await screen.findByRole("heading", { level: 1, name: /^Crew chat/ });
    await userEvent.keyboard("{Control>}k{/Control}");
    const group = within(await screen.findByRole("group", { name: "For Crew chat" }));
    expect(group.getAllByRole("option").map((option) => option.textContent)).toEqual(["Rename…F2", "Check now⇧V", "Renew now⇧R"]);
    await userEvent.keyboard("check now{Enter}");
    await waitFor(() => expect(platform.fake.asked).toContain("accountCheck"));
  });
});

describe("an account that lists nothing", () => {
  it("shows no counts and no sync, on its page, in the list and in the rail", async () => {
    const { platform } = renderAt("/accounts/chat", { accounts: "more" });
    await screen.findByRole("heading", { level: 1, name: /^Crew chat/ });
    expect(screen.queryByText("Repositories", { selector: "dt" })).toBeNull();
    expect(screen.queryByRole("button", { name: "Sync now" })).toBeNull();
    expect(screen.getByText("Looked after; nothing is listed")).toBeTruthy();
    const rail = within(screen.getByRole("navigation", { name: "Main" }));
    expect(rail.queryByRole("link", { name: /^Crew chat/ })).toBeNull();
    expect(rail.getByRole("link", { name: /^mlindqvist/ })).toBeTruthy();
    await userEvent.keyboard("r");
    await userEvent.keyboard("{Control>}2{/Control}");
    const row = (await screen.findByRole("grid", { name: "Accounts" })).querySelector<HTMLElement>("[data-account=chat]");
    expect(within(row as HTMLElement).getAllByRole("gridcell")[3]?.textContent).toBe("");
    expect(platform.fake.asked).not.toContain("syncStart");
  });
});

describe("what does not work", () => {
  it("is said with the reason, and a token leads to another token", async () => {
    const { at } = renderAt("/accounts/tidewater");
    const off = within(await screen.findByRole("list", { name: "What does not work" }));
    expect(off.getByText("Repositories of organisations may be missing from the list.")).toBeTruthy();
    expect(off.getByText("This token was made without read:org.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Paste another token" }));
    await waitFor(() => expect(at()).toContain("step=token"));
  });

  it("is not mentioned where everything does", async () => {
    renderAt("/accounts/own");
    await screen.findByRole("heading", { name: /maralind/ });
    expect(screen.queryByRole("list", { name: "What does not work" })).toBeNull();
  });
});
