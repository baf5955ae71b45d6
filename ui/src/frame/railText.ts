/** The words of the rail that take some thought. */
import type { Account, Settings, SyncStatus, VaultSecurity, WarningKind } from "../ipc/bindings";
import { accountName } from "../pages/accountName";

/** Two letters for each account in the narrow rail, as different as can be. */
export function initials(accounts: readonly Account[]): Map<string, string> {
  const taken = new Set<string>();
  const all = new Map<string, string>();
  for (const account of accounts) {
    const host = letters(account.host_label);
    const choices = [letters(accountName(account)), host, ...Array.from("123456789", (digit) => `${letters(accountName(account)).slice(0, 1)}${digit}`)];
    const free = choices.find((choice) => choice !== "" && !taken.has(choice)) ?? letters(accountName(account));
    taken.add(free);
    all.set(account.id, free);
  }
  return all;
}

function letters(name: string): string {
  const parts = name.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  const [first = "", second] = parts;
  return second === undefined ? Array.from(first).slice(0, 2).join("") : [first, second].map((part) => Array.from(part)[0] ?? "").join("");
}

/** How the list stands: what is read now, since when nothing can be, or how much of it is up to date. */
export function syncSentence(
  status: SyncStatus,
  words: { number: (value: number) => string; time: (at: Date) => string },
): string | undefined {
  const [current, ...others] = status.running;
  if (current) {
    const more = others.length > 0 ? ` and ${words.number(others.length)} more` : "";
    const name = `${current.login}${more}`;
    switch (current.stage) {
      case "queued":
        return `${name} in line`;
      case "waiting":
        return current.until === null
          ? `${name}: the host asked to wait`
          : `${name}: waits until ${words.time(new Date(current.until))}`;
      case "saving":
        return `Saving ${name}`;
      case "reading":
        if (current.expected !== null) return `Reading ${name}, ${words.number(current.repositories)} of ${words.number(current.expected)}`;
        return current.repositories > 0 ? `Reading ${name}, ${words.number(current.repositories)} so far` : `Reading ${name}`;
    }
  }
  if (status.accounts === 0) return undefined;
  if (status.offline_since !== null) return `Offline since ${words.time(new Date(status.offline_since))}; the list is from then`;
  const asOf = status.as_of === null ? "" : `, ${words.time(new Date(status.as_of))}`;
  return `${words.number(status.up_to_date)} of ${words.number(status.accounts)} up to date${asOf}`;
}

/** How far all that is being read is, between 0 and 1; nothing while that is not known. */
export function syncFraction(status: SyncStatus): number | undefined {
  const known = status.running.filter((each) => each.expected !== null && each.expected > 0);
  if (known.length === 0) return undefined;
  const sum = (pick: (each: (typeof known)[number]) => number) => known.reduce((total, each) => total + pick(each), 0);
  return Math.min(1, sum((each) => each.repositories) / sum((each) => each.expected ?? 0));
}

/** That the vault is open, and when it locks by itself. */
export function vaultSentence(settings: Pick<Settings, "lock_after_idle_minutes"> | undefined): string {
  const minutes = settings?.lock_after_idle_minutes ?? 0;
  if (minutes === 0) return "Open";
  return `Open, locks after ${minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`} idle`;
}

const NOTICED: Record<WarningKind, string> = {
  rolled_back: "The vault’s files are older than they were",
  header_repaired: "A damaged part of the vault was mended",
  recovery_used: "Opened with the recovery code",
};

/** What the person should look at in Settings, Security: the first thing, in a few words. */
export function securityLine(security: Pick<VaultSecurity, "warnings" | "backup_problem"> | undefined): string | undefined {
  const [first] = security?.warnings ?? [];
  if (first) return NOTICED[first.kind];
  return security?.backup_problem != null ? "The last backup failed" : undefined;
}
