import { act as settled, render, screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { App } from "../../App";
import { Session } from "../../data/session";
import { fakePlatform } from "../../ipc/fake/keeper";
import type { FakeOptions } from "../../ipc/fake/options";

function start(options: FakeOptions = {}) {
  const platform = fakePlatform({ rows: 3, pace: 0, ...options });
  render(<App session={new Session(platform)} />);
  return platform;
}

/** Makes a keychain vault and stands before its code. */
async function newCode() {
  const platform = start({ vault: "absent", accounts: "none" });
  await screen.findByRole("radio", { name: "In this computer’s keychain" });
  await userEvent.keyboard("{Enter}");
  const list = await screen.findByRole("list", { name: "Recovery code" });
  const groups = [...list.querySelectorAll("code")].map((group) => group.textContent);
  return { platform, groups };
}

/** An action by its name, from the palette. */
async function act(name: string) {
  await screen.findByRole("navigation", { name: "Main" });
  await waitFor(() => expect(document.querySelector("[data-region=rail]")?.textContent).toContain("Open"));
  await userEvent.keyboard("{Control>}k{/Control}");
  await userEvent.type(await screen.findByRole("combobox", { name: "Search or do anything" }), `>${name}`);
  await screen.findByRole("option", { name });
  await userEvent.keyboard("{Enter}");
}

describe("a new recovery code", () => {
  it("is copied as a secret, and says when it leaves the clipboard", async () => {
    const { platform, groups } = await newCode();
    await userEvent.click(screen.getByRole("button", { name: "Copy" }));
    expect(await screen.findByText("Copied. It leaves the clipboard after 30 seconds.")).toBeTruthy();
    expect(platform.fake.secrets).toEqual([groups.join("-")]);
    expect(platform.fake.copied).toEqual([]);
  });

  it("is printed by itself, with the vault's folder and the day", async () => {
    const print = vi.fn();
    vi.stubGlobal("print", print);
    const { groups } = await newCode();
    await userEvent.click(screen.getByRole("button", { name: "Print…" }));
    expect(print).toHaveBeenCalledOnce();
    const sheet = document.querySelector("[data-print]");
    expect(sheet?.parentElement).toBe(document.body);
    for (const group of groups) expect(sheet?.textContent).toContain(group);
    expect(sheet?.textContent).toContain("/home/mara/.local/share/drawbridge");
    expect(sheet?.textContent).toContain(String(new Date().getFullYear()));
  });

  it("is hidden while two groups are asked for, and counts once they are right", async () => {
    const { platform, groups } = await newCode();
    await userEvent.click(screen.getByRole("button", { name: "I have put it away" }));
    const third = await screen.findByLabelText("Group 3");
    expect(document.activeElement).toBe(third);
    expect(document.documentElement.outerHTML).not.toContain(groups[0]);
    await userEvent.keyboard("ABCD");
    await userEvent.type(screen.getByLabelText("Group 6"), `${groups[5]?.toLowerCase()}{Enter}`);
    expect(await screen.findByText("That is not what the code says there.")).toBeTruthy();
    expect(document.activeElement).toBe(third);
    await userEvent.click(screen.getByRole("button", { name: "Show the code again" }));
    await screen.findByRole("list", { name: "Recovery code" });
    await userEvent.click(screen.getByRole("button", { name: "I have put it away" }));
    await userEvent.type(await screen.findByLabelText("Group 3"), groups[2] ?? "");
    await userEvent.type(screen.getByLabelText("Group 6"), `${groups[5]}{Enter}`);
    await screen.findByRole("navigation", { name: "Main" });
    expect((await platform.vaultSecurity()).slots.find((slot) => slot.kind === "recovery")?.checked).toBe(true);
  });

  it("can wait, and the settings say that it does", async () => {
    await newCode();
    await userEvent.click(screen.getByRole("button", { name: "Later" }));
    await userEvent.click(await screen.findByRole("link", { name: "Settings" }));
    await userEvent.click(await screen.findByRole("link", { name: "Security" }));
    expect(await screen.findByText(/but you have not shown that you put it away/)).toBeTruthy();
  });

  it("is tried again where it could not be made, without the passphrase being typed again", async () => {
    const platform = start({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In this computer’s keychain" });
    platform.fake.failNext("recoveryMake", "disk", "The disk is full.", "Make room.");
    await userEvent.keyboard("2{Enter}");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "gravel marten");
    await userEvent.type(screen.getByLabelText("The same once more"), "gravel marten{Enter}");
    expect(await screen.findByText("The disk is full.")).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Try again" }));
    await screen.findByRole("list", { name: "Recovery code" });
  });
});

describe("locking", () => {
  it("leaves nothing of the code in the document, on the screen and for the printer", async () => {
    const { platform, groups } = await newCode();
    expect(document.documentElement.outerHTML).toContain(groups[0]);
    platform.fake.lock();
    // Not a moment later: nothing is awaited here.
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("The vault is locked");
    for (const group of groups) expect(document.documentElement.outerHTML).not.toContain(group);
    expect(document.querySelector("[data-print]")).toBeNull();
  });

  it("leaves nothing of what was typed into a dialog or a page of its own", async () => {
    const platform = start();
    await act("Change the passphrase");
    const dialog = within(await screen.findByRole("dialog", { name: "Change the passphrase" }));
    await userEvent.type(dialog.getByLabelText("Passphrase of now"), "oxbow lantern");
    await userEvent.click(dialog.getByRole("button", { name: "Show passphrase of now" }));
    await userEvent.type(dialog.getByLabelText("New passphrase"), "gravel marten");
    platform.fake.lock();
    const values = () => [...document.querySelectorAll("input")].map((input) => input.value).join("");
    expect(values()).toBe("");
    expect(screen.queryByRole("dialog")).toBeNull();

    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    await act("Renew the vault’s keys");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern");
    platform.fake.lock();
    expect(values()).toBe("");
    expect(screen.getByRole("heading", { level: 1 }).textContent).toBe("The vault is locked");
  });

  it("is a key away here too", async () => {
    await newCode();
    await userEvent.keyboard("{Control>}l{/Control}");
    expect(await screen.findByRole("heading", { name: "The vault is locked" })).toBeTruthy();
  });
});

describe("new vault keys", () => {
  it("ask for the passphrase, and bring a new recovery code at once", async () => {
    const platform = start({ slots: ["passphrase", "recovery"] });
    await act("Renew the vault’s keys");
    await userEvent.keyboard("oxbow{Enter}");
    expect(await screen.findByText(/^That is not the passphrase\./)).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Use the recovery code instead" })).toBeNull();
    await userEvent.keyboard("oxbow lantern{Enter}");
    await screen.findByRole("list", { name: "Recovery code" });
    expect((await platform.vaultSecurity()).key_version).toBe(2);
    await userEvent.click(screen.getByRole("button", { name: "Later" }));
    await screen.findByRole("combobox", { name: "Search repositories" });
  });

  it("outlast that the vault closes for it", async () => {
    const platform = start();
    await act("Renew the vault’s keys");
    const letGo = platform.fake.hold();
    await userEvent.type(await screen.findByLabelText(/^Passphrase/), "oxbow lantern{Enter}");
    await waitFor(() => expect(platform.fake.asked).toContain("keysRenew"));
    await settled(async () => platform.fake.emit({ kind: "vault", state: "locked" }));
    letGo();
    await screen.findByRole("list", { name: "Recovery code" });
  });
});

it("comes back to where one was", async () => {
  start({ slots: ["keychain"] });
  await screen.findByRole("navigation", { name: "Main" });
  await userEvent.click(screen.getByRole("link", { name: /^Activity/ }));
  await act("Make a recovery code");
  await screen.findByRole("heading", { name: "A new recovery code" });
  await userEvent.keyboard("{Escape}");
  await screen.findByRole("heading", { level: 1, name: /^Activity/ });
});
