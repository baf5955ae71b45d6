import { describe, expect, it } from "vitest";
import type { Backup, Slot, VerifyReport } from "../../ipc/bindings";
import { backupSentence, exportPath, recoveryState, usualWays, verifySentence, wayNote, whyKept, weakerSentences } from "./securityWords";

const now = new Date(2026, 10, 24, 14, 8);
const slot = (part: Partial<Slot> & Pick<Slot, "kind">): Slot => ({ id: part.kind, made_at: null, used_at: null, takes_ms: null, keychain: null, checked: null, ...part });
const vault = { keychain: "ready" as const, keychain_name: "Secret Service" };
const august = new Date(2026, 7, 4, 12).toISOString();
const september = new Date(2026, 8, 4, 12).toISOString();

describe("ways to open", () => {
  it("stand in one order, the recovery code apart", () => {
    expect(usualWays([slot({ kind: "recovery" }), slot({ kind: "passphrase" }), slot({ kind: "keychain" })]).map((each) => each.kind)).toEqual(["keychain", "passphrase"]);
  });
  it("say what is known of them", () => {
    expect(wayNote(slot({ kind: "passphrase", made_at: august, takes_ms: 700 }), vault, now, "en-GB")).toBe(
      "Set 4 August. Opening takes 0.7 s on this computer, on purpose.",
    );
    expect(wayNote(slot({ kind: "passphrase" }), vault, now)).toBe("You type it after each start.");
    expect(wayNote(slot({ kind: "keychain", keychain: "KWallet" }), vault, now)).toContain("KWallet. Opens the vault when");
  });
  it("keep the last one, whatever the recovery code opens", () => {
    const last = slot({ kind: "keychain" });
    expect(whyKept(last, [last, slot({ kind: "recovery" })])).toContain("last way");
    expect(whyKept(last, [last, slot({ kind: "passphrase" })])).toBeUndefined();
  });
});

describe("the recovery code", () => {
  it("is missed, unproven, or put away", () => {
    expect(recoveryState([], now).fine).toBe(false);
    const unchecked = recoveryState([slot({ kind: "recovery", made_at: august, checked: false })], now, "en-GB");
    expect(unchecked.note).toMatch(/^Made 4 August, but you have not shown/);
    expect(recoveryState([slot({ kind: "recovery", made_at: august, checked: true })], now, "en-GB")).toEqual({
      note: "Made 4 August and put away, never used.",
      fine: true,
    });
  });
  it("is the newest one, and the one before is named while it counts", () => {
    const before = slot({ kind: "recovery", id: "1", made_at: august, checked: true });
    const after = slot({ kind: "recovery", id: "2", made_at: september, checked: false });
    expect(recoveryState([before, after], now, "en-GB").note).toMatch(/^Made 4 September.*The one before it opens the vault too\./);
  });
});

it("says of when the last backup is", () => {
  expect(backupSentence(null, now)).toBe("None yet.");
  const backup = { made_at: new Date(2026, 10, 19, 21, 40).toISOString(), tested: true } as Backup;
  expect(backupSentence(backup, now, "en-GB")).toBe("19 November, 21:40, tested: it opens.");
});

it("says what a check read, and whether it was sound", () => {
  const report: VerifyReport = { sound: true, pages: 1204, sealed: 38, unsealable: 0, orphans: 0, took_ms: 410, findings: [] };
  expect(verifySentence(report, "en")).toBe("The vault is sound: 1,204 pages and 38 sealed values were read in 0.4 s, and everything opened.");
  expect(verifySentence({ ...report, sound: false, unsealable: 2 }, "en")).toContain("and 2 did not open");
  expect(verifySentence({ ...report, sound: false }, "en")).toMatch(/^The vault is not sound/);
});

it("finds a name for a file beside the backups", () => {
  expect(exportPath("/home/mara/Backups", now)).toBe("/home/mara/Backups/accounts-2026-11-24.sealed");
  expect(exportPath("C:\\Backups", now)).toBe("C:\\Backups\\accounts-2026-11-24.sealed");
});

describe("what gets less safe", () => {
  const before = {
    sync_every_minutes: 30,
    sync_on_metered: false,
    close_to_tray: true, system_notifications: true,
    single_keys: true,
    lock_after_idle_minutes: 15,
    lock_on_sleep: true,
    lock_on_screen_lock: true,
    clear_clipboard_seconds: 30,
    backup_every_days: 1,
    backup_keep: 7,
    backup_folder: null,
    projects_folder: null,
    projects_layout: "host_owner_name" as const,
  };
  it("is said by what it means", () => {
    expect(weakerSentences(before, { ...before, lock_after_idle_minutes: 0 })).toEqual(["The vault then stays open however long nobody uses it; now it locks after 15 minutes."]);
    expect(weakerSentences(before, { ...before, lock_after_idle_minutes: 60, lock_on_sleep: false })).toEqual([
      "The vault then locks after 1 hour without use; now it does after 15 minutes.",
      "The vault then stays open while this computer sleeps.",
    ]);
    expect(weakerSentences(before, { ...before, lock_on_screen_lock: false, clear_clipboard_seconds: 120 })).toEqual([
      "The vault then stays open behind a locked screen.",
      "A copied secret then stays in the clipboard for 2 minutes; now it does for 30 seconds.",
    ]);
  });
  it("is nothing where it gets safer or something else changes", () => {
    expect(weakerSentences(before, { ...before, lock_after_idle_minutes: 5, clear_clipboard_seconds: 10, single_keys: false })).toEqual([]);
    expect(weakerSentences({ ...before, lock_after_idle_minutes: 0 }, before)).toEqual([]);
  });
});
