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
    const grid = await screen.findByRole("grid", { name: "Accounts" });
    grid.querySelector<HTMLElement>("[data-account]")?.focus();
    await userEvent.keyboard("{ArrowDown}j{ArrowUp}");
    expect(document.activeElement?.getAttribute("data-account")).toBe("tidewater");
    await userEvent.keyboard("{Enter}");
    await waitFor(() => expect(at()).toBe("/accounts/tidewater"));
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
