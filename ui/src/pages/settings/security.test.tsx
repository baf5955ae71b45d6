import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it } from "vitest";
import type { FakeOptions } from "../../ipc/fake/keeper";
import { RECOVERY } from "../../ipc/fake/vault";
import { renderAt } from "../../testing/renderAt";

const AT = "/settings?section=security";

async function open(options: FakeOptions = {}) {
  const rendered = renderAt(AT, { slots: ["keychain", "passphrase", "recovery"], ...options });
  await screen.findByRole("heading", { name: /^Ways to open the vault/ });
  return { ...rendered, kinds: async () => (await rendered.platform.vaultSecurity()).slots.map((slot) => slot.kind) };
}
const block = (name: RegExp) => within(screen.getByRole("region", { name }));
const dialog = async (name: RegExp | string) => within(await screen.findByRole("dialog", { name }));

describe("ways to open", () => {
  it("are changed by keyboard alone, with the passphrase of now", async () => {
    const { platform, at } = await open();
    const change = screen.getByRole("button", { name: "Change the passphrase…" });
    change.focus();
    await userEvent.keyboard("{Enter}");
    const asked = await dialog("Change the passphrase");
    const now = asked.getByLabelText("Passphrase of now");
    await waitFor(() => expect(document.activeElement).toBe(now));
    await userEvent.keyboard("oxbow");
    await userEvent.type(asked.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten{Enter}");
    expect(await screen.findByText(/^That is not the passphrase\./)).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(now));
    await userEvent.keyboard("oxbow lantern{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(at()).toBe(AT);
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("button", { name: "Change the passphrase…" })));
    await platform.vaultLock();
    await expect(platform.vaultUnlock({ kind: "passphrase", passphrase: "oxbow lantern" })).rejects.toThrow();
    await platform.vaultUnlock({ kind: "passphrase", passphrase: "gravel marten" });
  });

  it("take the recovery code for the passphrase that is forgotten", async () => {
    const { platform } = await open();
    await userEvent.click(screen.getByRole("button", { name: "Change the passphrase…" }));
    const asked = await dialog("Change the passphrase");
    await userEvent.click(asked.getByRole("button", { name: "Use the recovery code instead" }));
    const code = asked.getByLabelText("Recovery code");
    await waitFor(() => expect(document.activeElement).toBe(code));
    await userEvent.type(code, RECOVERY.toLowerCase());
    await userEvent.type(asked.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(platform.fake.asked).toContain("passphraseChange");
  });

  it("are removed by name, and what is left is named", async () => {
    const { kinds } = await open();
    await userEvent.click(screen.getByRole("button", { name: /^Remove this computer’s keychain/ }));
    const asked = await dialog("Remove “This computer’s keychain”?");
    expect(asked.getByText(/opens with the passphrase or the recovery code/)).toBeTruthy();
    await userEvent.type(asked.getByLabelText("Passphrase"), "oxbow lantern{Enter}");
    await waitFor(async () => expect(await kinds()).toEqual(["passphrase", "recovery"]));
    const last = await screen.findByRole("button", { name: "Remove passphrase…" });
    await waitFor(() => expect(last.getAttribute("aria-disabled")).toBe("true"));
  });

  it("are added; a vault that only the keychain opens asks for nothing to be typed", async () => {
    const { kinds } = await open({ slots: ["keychain"] });
    await userEvent.click(screen.getByRole("button", { name: "Add a way…" }));
    const asked = await dialog("Add a way to open the vault");
    expect(asked.getByText("The keychain is asked; there is nothing to type.")).toBeTruthy();
    expect(asked.getByRole("radio", { name: "A passphrase", checked: true })).toBeTruthy();
    await userEvent.type(asked.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten{Enter}");
    await waitFor(async () => expect(await kinds()).toEqual(["keychain", "passphrase"]));
  });

  it("go from needing both to the passphrase alone, and not to the keychain alone", async () => {
    const { kinds } = await open({ slots: ["both"] });
    await userEvent.click(screen.getByRole("button", { name: "Add a way…" }));
    const asked = await dialog("Add a way to open the vault");
    expect(asked.getByRole("radio", { name: "This computer’s keychain" }).getAttribute("aria-disabled")).toBe("true");
    await userEvent.type(asked.getByLabelText("Passphrase of now"), "oxbow lantern");
    await userEvent.type(asked.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten{Enter}");
    await waitFor(async () => expect(await kinds()).toEqual(["passphrase"]));
  });

  it("say what went wrong, and what to do", async () => {
    const { platform } = await open({ slots: ["keychain"] });
    await userEvent.click(screen.getByRole("button", { name: "Add a way…" }));
    const asked = await dialog("Add a way to open the vault");
    platform.fake.failNext("slotAdd", "disk", "The vault can't be written.", "Make room.");
    await userEvent.type(asked.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten{Enter}");
    expect((await asked.findByText("The vault can't be written.")).closest("[role=alert]")?.textContent).toContain("Make room.");
  });

  it("miss a recovery code in words, and lead to a new one", async () => {
    const { errands } = await open({ slots: ["keychain"] });
    expect(screen.getByText(/^There is none\./)).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Make one…" }));
    expect(errands).toEqual([{ what: "recovery" }]);
  });
});

describe("locking", () => {
  it("is set as it is made, and the rail says when", async () => {
    const { platform } = await open({ slots: ["keychain"] });
    expect(await screen.findByText("Open, locks after 15 min idle")).toBeTruthy();
    await userEvent.click(screen.getByRole("combobox", { name: "Lock when idle for" }));
    await userEvent.click(await screen.findByRole("option", { name: "Never" }));
    await waitFor(async () => expect((await platform.settings()).lock_after_idle_minutes).toBe(0));
    expect(await screen.findByText("Open")).toBeTruthy();
    await userEvent.click(screen.getByRole("switch", { name: "Lock when the screen locks", checked: true }));
    await screen.findByRole("switch", { name: "Lock when the screen locks", checked: false });
    await userEvent.click(screen.getByRole("combobox", { name: "Clear a copied secret from the clipboard after" }));
    await userEvent.click(await screen.findByRole("option", { name: "10 seconds" }));
    await waitFor(async () => expect(await platform.settings()).toMatchObject({ lock_on_screen_lock: false, clear_clipboard_seconds: 10 }));
  });

  it("asks for the passphrase before it gets weaker, says what that means, and keeps it as it was by Esc", async () => {
    const { platform } = await open();
    const screenLock = () => screen.findByRole<HTMLElement>("switch", { name: "Lock when the screen locks" });
    (await screenLock()).focus();
    await userEvent.keyboard(" ");
    let asked = await dialog("This makes the vault less safe");
    expect(asked.getByText("The vault then stays open behind a locked screen.")).toBeTruthy();
    await waitFor(() => expect(document.activeElement).toBe(asked.getByLabelText("Passphrase")));
    await userEvent.keyboard("{Escape}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect((await screenLock()).getAttribute("aria-checked")).toBe("true");
    await waitFor(async () => expect(document.activeElement).toBe(await screenLock()));
    await userEvent.keyboard(" ");
    asked = await dialog("This makes the vault less safe");
    await waitFor(() => expect(document.activeElement).toBe(asked.getByLabelText("Passphrase")));
    await userEvent.keyboard("oxbow{Enter}");
    expect(await asked.findByText(/^That is not the passphrase\./)).toBeTruthy();
    expect((await platform.settings()).lock_on_screen_lock).toBe(true);
    await userEvent.keyboard("oxbow lantern{Enter}");
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    await waitFor(async () => expect((await platform.settings()).lock_on_screen_lock).toBe(false));
    // The way back asks nobody.
    await userEvent.click(await screenLock());
    await waitFor(async () => expect((await platform.settings()).lock_on_screen_lock).toBe(true));
    expect(screen.queryByRole("dialog")).toBeNull();
  });
});

describe("backup and keys", () => {
  it("are made now, and the row says so", async () => {
    const { platform } = await open({ backups: "none", backupProblem: "The disk is full." });
    const region = block(/^Backup and keys/);
    expect(region.getByText(/None yet\./).textContent).toContain("The last scheduled one failed. The disk is full.");
    expect(await screen.findByRole("link", { name: "The last backup failed" })).toBeTruthy();
    platform.fake.failNext("backupMake", "disk", "The folder can't be written.", "Choose another one.");
    await userEvent.click(region.getByRole("button", { name: "Back up now" }));
    expect(await region.findByText("The folder can't be written.")).toBeTruthy();
    await userEvent.click(region.getByRole("button", { name: "Back up now" }));
    expect(await region.findByText(/^Today, .*tested: it opens\./)).toBeTruthy();
    await waitFor(() => expect(screen.queryByRole("link", { name: "The last backup failed" })).toBeNull());
  });

  it("keep another folder, and say why one can't be", async () => {
    const { platform } = await open();
    const field = await screen.findByLabelText<HTMLInputElement>("Folder for backups");
    await userEvent.clear(field);
    await userEvent.type(field, "Backups{Enter}");
    expect(await screen.findByText("That is not the whole path of a file.")).toBeTruthy();
    await userEvent.clear(field);
    await userEvent.type(field, "/home/mara/Backups{Enter}");
    await waitFor(async () => expect((await platform.settings()).backup_folder).toBe("/home/mara/Backups"));
    await userEvent.click(await screen.findByRole("button", { name: "Use the one beside the vault" }));
    await waitFor(async () => expect((await platform.settings()).backup_folder).toBeNull());
  });

  it("lead to restoring and to new keys, which have the window to themselves", async () => {
    const { errands } = await open();
    await userEvent.click(screen.getByRole("button", { name: "Restore…" }));
    await userEvent.click(screen.getByRole("button", { name: "Renew…" }));
    expect(errands).toEqual([{ what: "restore" }, { what: "renew" }]);
  });

  it("check the vault, also when asked from elsewhere, and say what was read", async () => {
    const { at } = renderAt(`${AT}&ask=check`);
    expect(await screen.findByText(/^The vault is sound: 1,204 pages/)).toBeTruthy();
    expect(at()).toBe(AT);
  });
});

describe("what was noticed", () => {
  it("stands on top and in the rail until it is put away", async () => {
    const { platform } = await open({ warnings: ["rolled_back", "recovery_used"] });
    expect(screen.getByText(/a copy was put in their place/)).toBeTruthy();
    await screen.findByRole("link", { name: "The vault’s files are older than they were" });
    await userEvent.click(screen.getAllByRole("button", { name: "Put away" })[0]!);
    await waitFor(() => expect(screen.queryByText(/a copy was put in their place/)).toBeNull());
    expect(await screen.findByRole("link", { name: "Opened with the recovery code" })).toBeTruthy();
    await userEvent.click(screen.getByRole("button", { name: "Put away" }));
    await waitFor(() => expect(screen.queryByRole("link", { name: "Opened with the recovery code" })).toBeNull());
    expect((await platform.vaultSecurity()).warnings).toEqual([]);
  });
});

describe("accounts in a file", () => {
  it("are written with a passphrase of their own and a proof", async () => {
    const { platform } = await open();
    await userEvent.click(screen.getByRole("button", { name: "Export accounts…" }));
    const asked = await dialog("Export accounts");
    await userEvent.click(await asked.findByRole("checkbox", { name: "maralind at github.com" }));
    await userEvent.clear(asked.getByLabelText("File"));
    await userEvent.type(asked.getByLabelText("File"), "/home/mara/accounts.sealed");
    await userEvent.type(asked.getByLabelText("Passphrase of the file"), "gravel marten");
    await userEvent.type(asked.getByLabelText("The same once more"), "gravel marten");
    await userEvent.type(asked.getByLabelText("Passphrase of this vault"), "oxbow lantern{Enter}");
    const done = await dialog("The accounts are in the file");
    expect(done.getByText(/^5 accounts were written/)).toBeTruthy();
    expect(platform.fake.asked).toContain("accountsExport");
  });

  it("are brought in, and a wrong passphrase is said at its field", async () => {
    await open();
    await userEvent.click(screen.getByRole("button", { name: "Bring accounts in…" }));
    const asked = await dialog("Bring accounts in");
    await userEvent.type(asked.getByLabelText("File"), "/home/mara/accounts.sealed");
    await userEvent.type(asked.getByLabelText("Passphrase of the file"), "oxbow{Enter}");
    expect(await screen.findByText("That is not the passphrase of this file.")).toBeTruthy();
    await userEvent.keyboard("oxbow lantern{Enter}");
    expect(await screen.findByRole("dialog", { name: "The accounts are here" })).toBeTruthy();
  });
});
