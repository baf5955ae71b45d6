import { cleanup, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, describe, expect, it } from "vitest";
import { App } from "../../App";
import { Session } from "../../data/session";
import { fakePlatform } from "../../ipc/fake/keeper";
import type { FakeOptions } from "../../ipc/fake/options";
import { RECOVERY } from "../../ipc/fake/vault";

afterEach(cleanup);

function startWhole(options: FakeOptions) {
  const platform = fakePlatform({ rows: 3, pace: 0, ...options });
  render(<App session={new Session(platform)} />);
  return platform;
}
const start = (options: FakeOptions) => startWhole(options).fake;
const opened = () => screen.findByRole("navigation", { name: "Main" });

describe("first run", () => {
  it("makes a vault with the keychain by Enter alone", async () => {
    const fake = start({ vault: "absent", accounts: "none" });
    const keychain = await screen.findByRole("radio", { name: "In this computer’s keychain", checked: true });
    expect(document.activeElement).toBe(keychain);
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByRole("list", { name: "Recovery code" })).toBeTruthy();
    expect(fake.asked).toContain("vaultCreate");
    await userEvent.click(screen.getByRole("button", { name: "Later" }));
    await opened();
  });

  it("offers both together, and asks for the passphrase of that", async () => {
    const { fake, vaultSecurity } = startWhole({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In both, each of them needed" });
    await userEvent.keyboard("3{Enter}");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern");
    await userEvent.type(screen.getByLabelText("The same once more"), "oxbow lantern{Enter}");
    await screen.findByRole("list", { name: "Recovery code" });
    expect((await vaultSecurity()).slots.map((slot) => slot.kind)).toEqual(["both", "recovery"]);
    expect(fake.asked).toContain("recoveryMake");
  });

  it("stays where it was when the vault can't be made", async () => {
    const fake = start({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In this computer’s keychain" });
    fake.failNext("vaultCreate", "disk", "The vault's files can't be written.", "Make room.");
    await userEvent.keyboard("{Enter}");
    expect(await screen.findByText("The vault's files can't be written.")).toBeTruthy();
    await userEvent.keyboard("{Enter}");
    await screen.findByRole("list", { name: "Recovery code" });
  });

  it("says how hard the passphrase is to guess, of what is typed last", async () => {
    start({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In this computer’s keychain" });
    await userEvent.keyboard("2{Enter}");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern");
    expect(await screen.findByText(/^Guessing it would take months\./)).toBeTruthy();
    await userEvent.keyboard(" marten gravel");
    expect(await screen.findByText("Guessing it would take centuries.")).toBeTruthy();
  });

  it("makes one with a passphrase, typed twice, and says what is wrong until it is right", async () => {
    const fake = start({ vault: "absent", accounts: "none" });
    await screen.findByRole("radio", { name: "In this computer’s keychain" });
    await userEvent.keyboard("2{Enter}");
    const first = await screen.findByLabelText("Passphrase");
    expect(document.activeElement).toBe(first);
    await userEvent.keyboard("short{Enter}");
    expect(screen.getByText("That is 5 of at least 8 characters.")).toBeTruthy();
    await userEvent.clear(first);
    await userEvent.type(first, "oxbow lantern");
    const second = screen.getByLabelText("The same once more");
    await userEvent.type(second, "oxbow lanterm{Enter}");
    expect(screen.getByText("The two are different.")).toBeTruthy();
    expect(document.activeElement).toBe(second);
    expect(fake.asked).not.toContain("vaultCreate");
    await userEvent.type(second, "{Backspace}n{Enter}");
    await screen.findByRole("list", { name: "Recovery code" });
  });

  it.each([
    ["absent", "No keychain answers here"],
    ["locked", "locked itself"],
    ["denied", "somebody said no"],
    ["silent", "did not answer within five seconds"],
  ] as const)("does not offer a keychain that is %s, and says why once", async (keychain, why) => {
    const fake = start({ vault: "absent", keychain, accounts: "none" });
    const choice = await screen.findByRole("radio", { name: "In this computer’s keychain" });
    expect(choice.getAttribute("aria-disabled")).toBe("true");
    expect(choice.textContent).toContain(why);
    expect(screen.getAllByRole("radio")).toHaveLength(2);
    expect(screen.getByRole("radio", { name: "In your head, as a passphrase", checked: true })).toBeTruthy();
    await userEvent.keyboard("1{Enter}");
    expect(await screen.findByLabelText("Passphrase")).toBeTruthy();
    expect(fake.asked).not.toContain("vaultCreate");
  });
});

describe("unlock", () => {
  it("keeps and selects what was typed when it is wrong, and opens when it is right", async () => {
    start({ vault: "locked", passphrase: "oxbow lantern" });
    const field = await screen.findByLabelText<HTMLInputElement>("Passphrase");
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("oxbow{Enter}");
    expect(await screen.findByText("That is not the passphrase.")).toBeTruthy();
    await waitFor(() => expect([field.value, field.selectionStart, field.selectionEnd]).toEqual(["oxbow", 0, 5]));
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("oxbow lantern{Enter}");
    await opened();
  });

  it("offers the keychain again where that is how the vault opens, and says what it answered", async () => {
    const fake = start({ vault: "locked", slots: ["keychain"] });
    const button = await screen.findByRole("button", { name: "Try the keychain again" });
    expect(screen.queryByLabelText("Passphrase")).toBeNull();
    fake.failNext("vaultUnlock", "keychain_entry_missing", "The keychain answers, but holds no key for this vault.");
    await userEvent.click(button);
    expect(await screen.findByText("The keychain answers, but holds no key for this vault.")).toBeTruthy();
    await userEvent.click(button);
    await opened();
  });

  it("says since when and why it is locked", async () => {
    const fake = start({ vault: "open" });
    await opened();
    fake.lock("idle");
    expect(await screen.findByText(/^Since .*, after 15 minutes without use\.$/)).toBeTruthy();
  });

  it.each([
    ["locked", "is locked itself"],
    ["denied", "somebody said no"],
    ["silent", "did not answer within five seconds"],
    ["absent", "No keychain answers here"],
  ] as const)("has its own words for a keychain that is %s", async (keychain, words) => {
    start({ vault: "locked", slots: ["keychain"], keychain });
    await screen.findByRole("button", { name: "Try the keychain again" });
    expect(document.body.textContent).toContain(words);
  });

  it("says that another keychain answers, in place of everything else about it", async () => {
    const fake = start({ vault: "locked", slots: ["keychain"], keychain: "silent" });
    const button = await screen.findByRole("button", { name: "Try the keychain again" });
    fake.failNext("vaultUnlock", "keychain_other", "The vault's key lies in the keychain of KWallet.", "Start KWallet again.");
    await userEvent.click(button);
    expect(await screen.findByText("The vault's key lies in the keychain of KWallet.")).toBeTruthy();
    expect(document.body.textContent).not.toContain("five seconds");
  });

  it("tries nothing during the pause after wrong tries, counts down, and then tries again", async () => {
    const fake = start({ vault: "locked", wrong: 3, passphrase: "oxbow lantern" });
    const button = await screen.findByRole("button", { name: "Open" });
    expect(button.getAttribute("aria-disabled")).toBe("true");
    expect(button.textContent).toContain("0:01");
    await userEvent.keyboard("oxbow lantern{Enter}");
    expect(fake.asked).not.toContain("vaultUnlock");
    await waitFor(() => expect(button.getAttribute("aria-disabled")).toBeNull(), { timeout: 3000 });
    await userEvent.keyboard("{Enter}");
    await opened();
  });

  it("pauses after the wrong try that was one too many", async () => {
    start({ vault: "locked", wrong: 2 });
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow{Enter}");
    expect(await screen.findByText("That is not the passphrase. The next try has to wait.")).toBeTruthy();
    expect(screen.getByRole("button", { name: "Open" }).textContent).toContain("0:0");
  });

  it("opens with the recovery code in any spelling, and a new passphrase", async () => {
    const { fake, vaultLock } = startWhole({ vault: "locked", slots: ["passphrase", "recovery"] });
    await userEvent.click(await screen.findByRole("button", { name: "Use the recovery code…" }));
    const code = await screen.findByLabelText("Recovery code");
    expect(document.activeElement).toBe(code);
    await userEvent.type(code, "7f3k q2md");
    await userEvent.type(screen.getByLabelText("New passphrase"), "gravel marten");
    await userEvent.type(screen.getByLabelText("The same once more"), "gravel marten{Enter}");
    expect(await screen.findByText(/a character is missing or wrong/)).toBeTruthy();
    await userEvent.clear(code);
    await userEvent.type(code, `${RECOVERY.toLowerCase().replaceAll("-", " ").replace("0", "o")}{Enter}`);
    await opened();
    expect(fake.asked).toContain("vaultUnlock");
    expect(await screen.findByRole("link", { name: "Opened with the recovery code" })).toBeTruthy();
    await vaultLock();
    await userEvent.type(await screen.findByLabelText("Passphrase"), "gravel marten{Enter}");
    await opened();
  });

  it("leads to a backup once the passphrase was wrong", async () => {
    start({ vault: "locked" });
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow{Enter}");
    await userEvent.click(await screen.findByRole("button", { name: "Restore a backup…" }));
    await screen.findByRole("heading", { name: "Restore a backup" });
    await userEvent.keyboard("{Escape}");
    await screen.findByRole("heading", { name: "The vault is locked" });
  });
});

describe("a vault that can't be opened here", () => {
  it("says so, that nothing was changed, and where it is", async () => {
    start({ vault: "damaged" });
    expect(await screen.findByRole("heading", { name: "The vault file is damaged" })).toBeTruthy();
    expect(document.body.textContent).toContain("changed and deleted nothing");
    expect(screen.getByRole("group", { name: "Vault folder" }).textContent).toContain("/drawbridge");
  });

  it("restores the newest backup by Enter, the passphrase and Enter", async () => {
    const fake = start({ vault: "damaged" });
    const newest = await screen.findByRole("radio", { name: /^Restore the backup of /, checked: true });
    await waitFor(() => expect(document.activeElement).toBe(newest));
    await userEvent.keyboard("{Enter}");
    const list = await screen.findByRole("radiogroup", { name: "Backup" });
    await waitFor(() => expect(list.contains(document.activeElement)).toBe(true));
    await userEvent.keyboard("{Enter}");
    const field = screen.getByLabelText("Passphrase of then");
    expect(document.activeElement).toBe(field);
    await userEvent.keyboard("oxbow{Enter}");
    expect(await screen.findByText(/^That is not the passphrase of this backup\./)).toBeTruthy();
    await userEvent.keyboard("oxbow lantern{Enter}");
    expect(await screen.findByRole("heading", { name: "The backup is the vault now" })).toBeTruthy();
    expect(screen.getByRole("group", { name: "Folder of the vault before" }).textContent).toContain("put-aside");
    expect(fake.asked).toContain("backupRestore");
    await userEvent.keyboard("{Enter}");
    await opened();
  });

  it("rescues what can be read, and says what was lost and where the damaged file is", async () => {
    start({ vault: "damaged" });
    await screen.findByRole("radio", { name: "Rescue what can be read" });
    await userEvent.keyboard("2{Enter}");
    await userEvent.type(await screen.findByLabelText("Passphrase"), "oxbow lantern{Enter}");
    expect(await screen.findByRole("heading", { name: "What could be read is saved" })).toBeTruthy();
    expect(screen.getByRole("region", { name: "What could not be read" }).textContent).toContain("tidewater-mara");
    expect(screen.getByRole("group", { name: "Folder of the damaged vault" }).textContent).toContain("put-aside");
    await userEvent.click(screen.getByRole("button", { name: "Show the list" }));
    await opened();
  });

  it("does not promise a rescue without a header", async () => {
    start({ vault: "damaged", slots: [], backups: "none" });
    const rescue = await screen.findByRole("radio", { name: "Rescue what can be read" });
    expect(rescue.getAttribute("aria-disabled")).toBe("true");
    expect(screen.getByRole("radio", { name: "Restore a backup", checked: true })).toBeTruthy();
  });

  it("copies a report that names the code, the version and what was found", async () => {
    const fake = start({ vault: "damaged" });
    await userEvent.click(await screen.findByRole("button", { name: "Copy a report without secrets" }));
    await screen.findByRole("button", { name: "Copied" });
    expect(fake.copied[0]).toMatch(/^Drawbridge 0\.1\.0\nCode: vault_damaged\n/);
    expect(fake.copied[0]).toContain("[problem] The vault's files can't be read as a vault.");
  });

  it("names the version that opens a newer one", async () => {
    start({ vault: "too_new" });
    expect(await screen.findByRole("heading", { name: "A newer Drawbridge wrote this vault" })).toBeTruthy();
    expect(document.body.textContent).toContain("Drawbridge 2.1.0 or newer");
  });
});

describe("restoring on a new computer", () => {
  it("takes a file by its path, and says what can't be used", async () => {
    const { backupList } = startWhole({ vault: "absent", accounts: "none" });
    const [, second] = await backupList();
    await userEvent.click(await screen.findByRole("button", { name: "Restore a backup…" }));
    await userEvent.click(await screen.findByRole("radio", { name: "Another file" }));
    await userEvent.type(screen.getByLabelText("File"), "mine.drawbridge");
    await userEvent.type(screen.getByLabelText("Passphrase of then"), "oxbow lantern{Enter}");
    expect(await screen.findByText("That is not the whole path of a file.")).toBeTruthy();
    await userEvent.clear(screen.getByLabelText("File"));
    await userEvent.type(screen.getByLabelText("File"), `${second?.path ?? ""}{Enter}`);
    expect(await screen.findByRole("heading", { name: "The backup is the vault now" })).toBeTruthy();
    expect(document.body.textContent).toContain("6 accounts");
  });
});
