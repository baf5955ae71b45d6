/** What Security says of ways to open, backups and checks. */
import type { Backup, Slot, SlotKind, VaultStatus, VerifyReport } from "../../ipc/bindings";
import { keychainAsWay } from "../vault/keychain";
import type { WholeSettings } from "../../data/queries";
import { moment, number, onDay } from "../when";
import { idleWords, secondsWords } from "./sections";

const ORDER: readonly SlotKind[] = ["keychain", "passphrase", "both"];

/** The ways a vault is opened by usually, in their order. */
export function usualWays(slots: readonly Slot[]): Slot[] {
  return slots.filter((slot) => slot.kind !== "recovery").sort((one, other) => ORDER.indexOf(one.kind) - ORDER.indexOf(other.kind));
}

export function wayTitle(kind: SlotKind): string {
  switch (kind) {
    case "keychain":
      return "This computer’s keychain";
    case "passphrase":
      return "Passphrase";
    case "both":
      return "Passphrase and keychain, both needed";
    case "recovery":
      return "Recovery code";
  }
}

export function wayNote(slot: Slot, vault: Pick<VaultStatus, "keychain" | "keychain_name">, now: Date, locale?: string): string {
  if (slot.kind === "keychain") return `${slot.keychain ?? vault.keychain_name}. ${keychainAsWay(vault)}`;
  const set = slot.made_at === null ? "" : `Set ${onDay(new Date(slot.made_at), now, locale)}.`;
  const takes = slot.takes_ms === null ? "" : `Opening takes ${number(slot.takes_ms / 1000, 1, locale)} s on this computer, on purpose.`;
  return [set, takes].filter(Boolean).join(" ") || "You type it after each start.";
}

/** How the recovery code stands: whether there is one, and whether it is known to be put away. */
export function recoveryState(slots: readonly Slot[], now: Date, locale?: string): { note: string; fine: boolean } {
  const codes = slots.filter((slot) => slot.kind === "recovery").sort((one, other) => ((one.made_at ?? "") < (other.made_at ?? "") ? 1 : -1));
  const [newest, before] = codes;
  if (!newest) return { note: "There is none. With one, a forgotten passphrase or a lost keychain is not the end.", fine: false };
  const made = newest.made_at === null ? "Made some time ago" : `Made ${onDay(new Date(newest.made_at), now, locale)}`;
  if (!newest.checked) {
    const old = before ? " The one before it opens the vault too." : "";
    return { note: `${made}, but you have not shown that you put it away.${old} Make a new one to be sure.`, fine: false };
  }
  const used = newest.used_at === null ? "never used" : `last used ${onDay(new Date(newest.used_at), now, locale)}`;
  return { note: `${made} and put away, ${used}.`, fine: true };
}

/** Why a way can't be taken away; nothing if it can. */
export function whyKept(slot: Slot, slots: readonly Slot[]): string | undefined {
  return usualWays(slots).some((other) => other.id !== slot.id) ? undefined : "This is the last way besides the recovery code. Add another one first.";
}

/** Of when the last backup is, and what is known of it. */
export function backupSentence(backup: Backup | null, now: Date, locale?: string): string {
  if (backup === null) return "None yet.";
  return `${moment(new Date(backup.made_at), now, locale)}${backup.tested ? ", tested: it opens." : "."}`;
}

/** What a check of the vault read, as a sentence. */
export function verifySentence(report: VerifyReport, locale?: string): string {
  const { sound, pages, sealed, unsealable, took_ms } = report;
  const read = `${number(pages, 0, locale)} pages and ${number(sealed, 0, locale)} sealed values were read in ${number(took_ms / 1000, 1, locale)} s`;
  if (sound) return `The vault is sound: ${read}, and everything opened.`;
  return unsealable > 0 ? `The vault is not sound: ${read}, and ${number(unsealable, 0, locale)} did not open.` : `The vault is not sound: ${read}.`;
}

/** A file for accounts, beside the backups: a name nobody has to think of. */
export function exportPath(folder: string, now: Date): string {
  const day = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => String(part).padStart(2, "0")).join("-");
  const between = folder.includes("\\") ? "\\" : "/";
  return `${folder}${between}accounts-${day}.sealed`;
}

/** What gets less safe by a change of the settings, a sentence each. */
export function weakerSentences(before: WholeSettings, after: WholeSettings): string[] {
  const said: string[] = [];
  // 0 means never, which is longer than anything.
  if ((after.lock_after_idle_minutes || Infinity) > (before.lock_after_idle_minutes || Infinity)) {
    const then = idleWords(before.lock_after_idle_minutes).toLowerCase();
    said.push(
      after.lock_after_idle_minutes === 0
        ? `The vault then stays open however long nobody uses it; now it locks after ${then}.`
        : `The vault then locks after ${idleWords(after.lock_after_idle_minutes).toLowerCase()} without use; now it does after ${then}.`,
    );
  }
  if (before.lock_on_sleep && !after.lock_on_sleep) said.push("The vault then stays open while this computer sleeps.");
  if (before.lock_on_screen_lock && !after.lock_on_screen_lock) said.push("The vault then stays open behind a locked screen.");
  if (after.clear_clipboard_seconds > before.clear_clipboard_seconds) {
    said.push(`A copied secret then stays in the clipboard for ${secondsWords(after.clear_clipboard_seconds)}; now it does for ${secondsWords(before.clear_clipboard_seconds)}.`);
  }
  return said;
}
