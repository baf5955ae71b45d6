/**
 * The vault of the fake: how it opens, its recovery code, backups and checks. It refuses what the real
 * one refuses, in the same codes and mostly the same words; nothing here is sealed.
 */
import type {
  Backup,
  Code,
  DoctorReport,
  LockCause,
  LockedSince,
  Proof,
  Settings,
  Slot,
  SlotKind,
  Strength,
  VaultSecurity,
  VaultState,
  VaultStatus,
  WarningKind,
} from "../bindings";
import type { Platform, ProblemError } from "../platform";
import { ago } from "./world";

/** The recovery code of a fake that has one from the start. */
export const RECOVERY = "7F3K-Q2MD-9XBT-04HN-WV6R-ZC8P-E1GJ-5SAY";
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** So many wrong tries cost nothing. */
const FREE = 3;
const DAY = 24 * 60 * 60_000;

export type VaultOptions = {
  vault: VaultState;
  slots: SlotKind[];
  keychain: VaultStatus["keychain"];
  passphrase: string;
  /** `drawn`: three in their folder; `none`: none was ever made. */
  backups: "drawn" | "none";
  backupProblem: string | null;
  /** Why it is locked; nothing where it was never opened. */
  locked: LockCause | null;
  /** Wrong tries before now. */
  wrong: number;
  notice: string | null;
  warnings: WarningKind[];
  pace: number;
  now: () => Date;
};

/** What the vault needs of the rest of the fake. */
export type Around = {
  wait: (milliseconds: number) => Promise<void>;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  changed: (...tags: ("vault" | "accounts" | "repositories" | "activity" | "settings" | "clients")[]) => void;
  become: (state: VaultState) => void;
  state: () => VaultState;
  settings: () => Settings;
  count: () => { accounts: number; repositories: number };
  /** Brings the accounts and repositories of a backup or a rescue. */
  refill: () => void;
  /** Adds an account out of a file; answers whether it is new. */
  bring: () => boolean;
};

type Held = Slot & { passphrase?: string; code?: string };
type KeptBackup = { backup: Backup; held: Held[] };

export type VaultCommands = Pick<
  Platform,
  | "vaultCreate" | "vaultUnlock" | "vaultLock" | "vaultSecurity" | "passphraseStrength" | "slotAdd" | "slotRemove"
  | "passphraseChange" | "recoveryMake" | "recoveryCheck" | "keysRenew" | "warningDismiss" | "backupMake" | "backupList"
  | "backupCheck" | "backupRestore" | "vaultRescue" | "accountsExport" | "accountsImport" | "vaultVerify" | "vaultDoctor"
>;

export const PATH = "/home/mara/.local/share/drawbridge";
const FOLDER = `${PATH}-backups`;

export function fakeVault(options: VaultOptions, around: Around) {
  const { refuse, changed, become, wait } = around;
  const { now } = options;
  let nextSlot = 1;
  let nextCode = 1;
  let held: Held[] = options.vault === "absent" ? [] : options.slots.map((kind) => made(kind, options.passphrase, RECOVERY, -110));
  let wrong = options.wrong;
  let lastWrong = now().getTime();
  let locked: LockedSince | null = options.locked === null ? null : { at: ago(now(), 10 * 60_000), cause: options.locked };
  let warnings = options.warnings;
  let notice = options.notice;
  let pending: { id: string; code: string; ask: number[] } | undefined;
  let keyVersion = 1;
  let renewedAt: string | null = null;
  let problem = options.backupProblem;
  let backups: KeptBackup[] = options.backups === "drawn" ? [3, 4, 5].map((days) => drawnBackup(days)) : [];
  const files = new Set<string>();

  function made(kind: SlotKind, passphrase: string, code: string, days = 0): Held {
    return {
      id: `slot-${nextSlot++}`,
      kind,
      made_at: ago(now(), -days * DAY),
      used_at: kind === "recovery" ? null : ago(now(), 60_000),
      takes_ms: kind === "passphrase" || kind === "both" ? 700 : null,
      keychain: kind === "keychain" || kind === "both" ? "gnome-keyring" : null,
      checked: kind === "recovery" ? true : null,
      ...(kind === "passphrase" || kind === "both" ? { passphrase } : {}),
      ...(kind === "recovery" ? { code } : {}),
    };
  }

  function drawnBackup(days: number): KeptBackup {
    const at = new Date(now().getTime() - days * DAY);
    const slots = held.length > 0 ? held : [made("passphrase", options.passphrase, ""), made("recovery", "", RECOVERY)];
    return {
      held: slots,
      backup: {
        path: `${FOLDER}/drawbridge-${at.toISOString().slice(0, 10)}-21-40.drawbridge`,
        made_at: at.toISOString(),
        size_kib: 4210 - days * 13,
        opens_with: slots.map((slot) => slot.kind),
        tested: false,
        accounts: null,
        repositories: null,
      },
    };
  }

  const kinds = () => held.map((slot) => slot.kind);
  const typed = (of: readonly Held[]) => of.some((slot) => slot.kind === "passphrase" || slot.kind === "both");

  function waitUntil(): string | null {
    if (wrong < FREE) return null;
    const until = lastWrong + Math.min(2 ** (wrong - FREE), 300) * 1000;
    return until > now().getTime() ? new Date(until).toISOString() : null;
  }

  function askKeychain(): void {
    if (options.keychain === "ready") return;
    const [code, message, hint] = KEYCHAIN[options.keychain];
    throw refuse(code, message, hint);
  }

  function missed(code: "wrong_passphrase" | "wrong_recovery", whose: string): ProblemError {
    wrong += 1;
    lastWrong = now().getTime();
    return code === "wrong_passphrase"
      ? refuse(code, `That is not the passphrase${whose}.`, "If you are sure of it, try the recovery code, or restore a backup.")
      : refuse(code, `That is not the recovery code of this ${whose === "" ? "vault" : "backup"}.`, "A newer code ends the one before.");
  }

  /** Refuses unless this opens one of the slots. */
  function tryWay(by: Proof, slots: readonly Held[], whose = ""): void {
    if (by.kind === "keychain") {
      if (!slots.some((slot) => slot.kind === "keychain")) throw refuse("invalid_input", "This vault does not open that way.");
      askKeychain();
      return;
    }
    const until = waitUntil();
    if (until !== null) {
      const seconds = Math.ceil((new Date(until).getTime() - now().getTime()) / 1000);
      throw refuse("too_soon", `Too many wrong tries. The next one counts in ${seconds} s.`, "Nothing is lost by waiting.");
    }
    if (by.kind === "passphrase") {
      const slot = slots.find((each) => each.passphrase !== undefined);
      if (!slot) throw refuse("invalid_input", "This vault does not open that way.");
      if (slot.kind === "both") askKeychain();
      if (slot.passphrase !== by.passphrase) throw missed("wrong_passphrase", whose);
    } else {
      const code = plain(by.code);
      if (code.length !== 32) {
        throw refuse("invalid_input", "That is not a recovery code: a character is missing or wrong.", "A code has eight groups of four. Nothing was tried.");
      }
      if (!slots.some((slot) => slot.code !== undefined && plain(slot.code) === code)) throw missed("wrong_recovery", whose);
    }
    wrong = 0;
  }

  function prove(proof: Proof): void {
    if (proof.kind === "keychain" && typed(held)) {
      throw refuse("passphrase_needed", "This needs the passphrase itself.", "The keychain’s word is not enough for a vault that has one.");
    }
    tryWay(proof, held);
  }

  function checkLength(passphrase: string): void {
    const length = Array.from(passphrase).length;
    if (length < 8) throw refuse("invalid_input", `The passphrase has ${length} characters; it needs 8 or more.`, "Several words in a row are easy to keep in mind.");
  }

  function put(slot: Held): void {
    const same = held.findIndex((each) => each.kind === slot.kind && slot.kind !== "recovery");
    held = same < 0 ? [...held, slot] : held.map((each, index) => (index === same ? slot : each));
  }

  function security(): VaultSecurity {
    return {
      slots: held.map(({ id, kind, made_at, used_at, takes_ms, keychain, checked }) => ({ id, kind, made_at, used_at, takes_ms, keychain, checked })),
      key_version: keyVersion,
      keys_renewed_at: renewedAt,
      last_backup: backups[0] ? { ...backups[0].backup, tested: true, ...around.count() } : null,
      backup_problem: problem,
      backup_folder: around.settings().backup_folder ?? FOLDER,
      warnings: warnings.map((kind) => ({ kind, ...WARNINGS[kind] })),
    };
  }

  function saidSo(): VaultSecurity {
    changed("vault");
    return security();
  }

  function wholePath(path: string): void {
    if (!/^(\/|[A-Za-z]:\\)/.test(path)) {
      throw refuse("invalid_input", "That is not the whole path of a file.", "Give it from the top, as in /home/me/Backups/mine.drawbridge.");
    }
  }

  function known(path: string): KeptBackup {
    wholePath(path);
    const found = backups.find((each) => each.backup.path === path);
    if (!found) {
      throw refuse("backup_unusable", "This file can't be used: it is no backup, or it is damaged or was changed.", "Use another backup. The vault was not touched.");
    }
    return found;
  }

  function opened(): void {
    locked = null;
    notice = null;
    become("open");
  }

  const commands: VaultCommands = {
    vaultCreate: async (request) => {
      if (around.state() !== "absent") throw refuse("vault_exists", "There is a vault here already.");
      if (request.kind !== "keychain") checkLength(request.passphrase);
      if (request.kind !== "passphrase") askKeychain();
      held = [made(request.kind, request.kind === "keychain" ? "" : request.passphrase, "")];
      become("open");
      return status();
    },
    vaultUnlock: async (request) => {
      if (around.state() === "open") return status();
      if (request.kind === "recovery") {
        checkLength(request.new_passphrase);
        tryWay(request, held);
        put(made(kinds().includes("both") ? "both" : "passphrase", request.new_passphrase, ""));
        if (!warnings.includes("recovery_used")) warnings = [...warnings, "recovery_used"];
      } else tryWay(request, held);
      opened();
      return status();
    },
    vaultLock: async () => {
      lock("asked");
      return status();
    },
    vaultSecurity: async () => security(),
    passphraseStrength: async ({ passphrase }) => strength(passphrase),
    slotAdd: async ({ way, proof }) => {
      if (way.kind !== "keychain") checkLength(way.passphrase);
      prove(proof);
      if (way.kind === "keychain" && kinds().includes("both")) {
        throw refuse("invalid_input", "This vault needs passphrase and keychain together; the keychain alone would undo that.");
      }
      if (way.kind !== "passphrase") askKeychain();
      // Each takes the place of what it would make pointless.
      const gone: SlotKind[] = way.kind === "both" ? ["keychain", "passphrase"] : way.kind === "passphrase" ? ["both"] : [];
      held = held.filter((each) => !gone.includes(each.kind));
      put(made(way.kind, way.kind === "keychain" ? "" : way.passphrase, ""));
      return saidSo();
    },
    slotRemove: async ({ id, proof }) => {
      const slot = held.find((each) => each.id === id);
      if (!slot) throw refuse("not_found", "There is no way to open the vault with that id here.");
      if (slot.kind !== "recovery" && !held.some((each) => each.id !== id && each.kind !== "recovery")) {
        throw refuse("invalid_input", "This is the last way to open the vault. Nothing was changed.", "Add another way first.");
      }
      prove(proof);
      held = held.filter((each) => each.id !== id);
      return saidSo();
    },
    passphraseChange: async ({ passphrase, proof }) => {
      checkLength(passphrase);
      prove(proof);
      put(made(kinds().includes("both") ? "both" : "passphrase", passphrase, ""));
      return saidSo();
    },
    recoveryMake: async ({ proof }) => {
      prove(proof);
      if (pending) {
        const { id } = pending;
        held = held.filter((slot) => slot.id !== id);
      }
      const by = nextCode++ * 7;
      const code = RECOVERY.replace(/[^-]/g, (letter) => ALPHABET[(ALPHABET.indexOf(letter) + by) % ALPHABET.length] ?? letter);
      const slot = { ...made("recovery", "", code), checked: false };
      held = [...held, slot];
      pending = { id: slot.id, code, ask: [3, 6] };
      changed("vault");
      return { code, ask: pending.ask };
    },
    recoveryCheck: async ({ groups }) => {
      if (!pending) throw refuse("invalid_input", "No recovery code waits to be checked.", "Make a new one.");
      const { id, code, ask } = pending;
      const all = code.split("-");
      if (!ask.every((at, index) => plain(groups[index] ?? "") === all[at - 1])) {
        throw refuse("invalid_input", "That is not what the code says there.", "Look at the groups that are asked for, and type them again.");
      }
      held = held.filter((slot) => slot.kind !== "recovery" || slot.id === id).map((slot) => (slot.id === id ? { ...slot, checked: true } : slot));
      pending = undefined;
      warnings = warnings.filter((kind) => kind !== "recovery_used");
      return saidSo();
    },
    keysRenew: async ({ proof }) => {
      prove(proof);
      if (typed(held) && proof.kind !== "passphrase") throw refuse("passphrase_needed", "This needs the passphrase itself.");
      await wait(options.pace);
      held = held.filter((slot) => slot.kind !== "recovery");
      pending = undefined;
      keyVersion += 1;
      renewedAt = now().toISOString();
      become("open");
      changed("vault", "accounts", "repositories", "activity", "settings", "clients");
      return security();
    },
    warningDismiss: async (kind) => {
      warnings = warnings.filter((each) => each !== kind);
      return saidSo();
    },
    backupMake: async ({ path }) => {
      if (path != null) wholePath(path);
      const at = now().toISOString();
      const where = path ?? `${security().backup_folder}/drawbridge-${at.slice(0, 16).replaceAll(/[T:]/g, "-")}.drawbridge`;
      if (backups.some((each) => each.backup.path === where)) throw refuse("invalid_input", "There is a file of that name already. It was not touched.", "Choose another name.");
      await wait(options.pace);
      const backup: Backup = { path: where, made_at: at, size_kib: 4224, opens_with: kinds(), tested: true, ...around.count() };
      backups = [{ backup, held }, ...backups];
      problem = null;
      changed("vault");
      return backup;
    },
    backupList: async () => backups.map(({ backup }) => ({ ...backup, tested: false, accounts: null, repositories: null })),
    backupCheck: async ({ path, proof }) => {
      const found = known(path);
      if (proof) tryWay(proof, found.held, " of this backup");
      return proof || around.state() === "open" ? { ...found.backup, tested: true, ...around.count() } : found.backup;
    },
    backupRestore: async ({ path, proof }) => {
      const found = known(path);
      tryWay(proof, found.held, " of this backup");
      const aside = around.state() === "absent" ? null : `${PATH}/put-aside-${now().getTime()}`;
      if (around.state() === "open") become("locked");
      await wait(options.pace);
      held = found.held;
      around.refill();
      opened();
      changed("vault", "accounts", "repositories", "activity", "settings", "clients");
      const backup = { ...found.backup, tested: true, ...around.count() };
      return { backup, put_aside: aside, sentence: `The backup of ${backup.made_at} is the vault now.` };
    },
    vaultRescue: async ({ proof }) => {
      if (held.length === 0) throw refuse("vault_damaged", "This vault can't be read: its header is damaged. Nothing was changed.", "Restore a backup.");
      tryWay(proof, held);
      await wait(options.pace);
      around.refill();
      opened();
      changed("vault", "accounts", "repositories", "activity", "settings", "clients");
      const { accounts, repositories } = around.count();
      return {
        accounts,
        repositories,
        lost: ["1 sign-in: tidewater-mara at forge.tidewater.example", "The history of sync runs before 14 November"],
        put_aside: `${PATH}/put-aside-${now().getTime()}`,
        sentence: `${accounts} accounts and ${repositories} repositories were saved. What could not be read is listed.`,
      };
    },
    accountsExport: async ({ accounts, path, passphrase, move_renewal, proof }) => {
      wholePath(path);
      checkLength(passphrase);
      prove(proof);
      if (files.has(path)) throw refuse("invalid_input", "There is a file of that name already. It was not touched.", "Choose another name.");
      files.add(path);
      const count = accounts.length || around.count().accounts;
      return { path, accounts: count, moved: move_renewal ? count : 0, sentence: `${count} accounts were written, sealed with the passphrase you gave.` };
    },
    accountsImport: async ({ path, passphrase }) => {
      wholePath(path);
      if (!path.includes("accounts")) throw refuse("not_found", "There is no such file.", "Look at its path.");
      if (passphrase !== options.passphrase) throw refuse("wrong_passphrase", "That is not the passphrase of this file.", "Nothing was brought in.");
      const isNew = around.bring();
      return { added: isNew ? 1 : 0, updated: isNew ? 0 : 1, kept: 1, sentence: isNew ? "1 account is new here; 1 was newer here and kept." : "1 account was renewed; 1 was newer here and kept." };
    },
    vaultVerify: async () => {
      await wait(options.pace);
      return { sound: true, pages: 1204, sealed: 38, unsealable: 0, orphans: 0, took_ms: 410, findings: [] };
    },
    vaultDoctor: async () => doctor(),
  };

  function doctor(): DoctorReport {
    const bad = around.state() === "damaged";
    return {
      level: bad ? "problem" : "fine",
      findings: [
        bad
          ? {
              level: "problem",
              what: "The vault's files can't be read as a vault.",
              safe: "Nothing was changed or deleted.",
              action: "Restore a backup, or rescue what can be read.",
            }
          : { level: "fine", what: "The vault's files are in place.", safe: "", action: "" },
        { level: "fine", what: `The keychain (Secret Service) ${options.keychain === "ready" ? "answers" : "does not answer"}.`, safe: "", action: "" },
        backups[0]
          ? { level: "fine", what: `The newest backup is of ${backups[0].backup.made_at} (${backups[0].backup.path}).`, safe: "", action: "" }
          : { level: "advice", what: "There is no backup.", safe: "", action: "Make one." },
      ],
    };
  }

  function lock(cause: LockCause): void {
    if (around.state() !== "open") return;
    locked = { at: now().toISOString(), cause };
    // As long as the program lives, a code that was not checked is nobody's to check any more.
    pending = undefined;
    become("locked");
  }

  function status(): VaultStatus {
    const state = around.state();
    return {
      state,
      path: PATH,
      slots: kinds(),
      keychain: options.keychain,
      keychain_name: "Secret Service",
      needs_version: state === "too_new" ? "2.1.0" : null,
      notice: state === "locked" ? notice : null,
      wait_until: state === "locked" ? waitUntil() : null,
      locked: state === "locked" ? locked : null,
    };
  }

  return { commands, status, lock, prove, hasPassphrase: () => typed(held) };
}

const KEYCHAIN: Record<Exclude<VaultStatus["keychain"], "ready">, [Code, string, string]> = {
  locked: ["keychain_locked", "The keychain of this computer is locked.", "Unlock it, then try again. The vault is unchanged."],
  denied: ["keychain_denied", "The keychain was not unlocked: somebody said no.", "Try again and allow it, or open the vault another way. The vault is unchanged."],
  silent: ["keychain_silent", "The keychain did not answer within five seconds.", "See whether it is asking you something, then try again."],
  absent: ["keychain_absent", "No keychain answers here.", "Use a passphrase, or start a keychain (Secret Service) and try again."],
};

const WARNINGS: Record<WarningKind, { message: string; hint: string }> = {
  rolled_back: {
    message: "The vault's files are older than they were: a copy was put in their place.",
    hint: "If that was not you, change your passphrase and sign in to your accounts again.",
  },
  header_repaired: {
    message: "One of the vault's two headers was damaged; the other one opened it and both were written anew.",
    hint: "Nothing is lost. If it happens again, look at the disk.",
  },
  recovery_used: {
    message: "The vault was opened with its recovery code.",
    hint: "Make a new code: this one was typed into a computer.",
  },
};

/** A code as it is compared: without what a person may spell in their own way. */
function plain(typed: string): string {
  return typed.toUpperCase().replaceAll(/[\s\u2010-\u2015-]/g, "").replaceAll("O", "0").replaceAll(/[IL]/g, "1");
}

function strength(passphrase: string): Strength {
  const length = Array.from(passphrase).length;
  if (length < 8) return { score: 0, sentence: `${length} of at least 8 characters.`, hint: "", enough: false };
  const words = passphrase.split(/\s+/).filter((word) => word.length > 2).length;
  const score = Math.min(4, Math.max(1, words + (length > 16 ? 1 : 0) - (words > 1 ? 0 : 1)));
  const time = ["less than an hour", "less than a day", "months", "years", "centuries"][score] ?? "centuries";
  const hint = score < 3 ? "Add another word or two; rare ones are better than odd characters." : "";
  return { score, sentence: `Guessing it would take ${time}.`, hint, enough: true };
}
