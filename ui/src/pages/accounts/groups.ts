import type { Account, CredentialKind, Health } from "../../ipc/bindings";
import type { Light } from "../../components/HealthLight";

/** The groups of the accounts page, in their order. An empty one is not shown. */
export type Group = { key: "needs" | "trying" | "working"; title: string; accounts: Account[] };

/** Sorts accounts by what the person has to do about them. */
export function groups(accounts: readonly Account[]): Group[] {
  const all: Group[] = [
    { key: "needs", title: "Needs you", accounts: accounts.filter(isNeedsYou) },
    { key: "trying", title: "Trying again by itself", accounts: accounts.filter((account) => account.health === "trying_again") },
    { key: "working", title: "Working", accounts: accounts.filter((account) => account.health === "working") },
  ];
  return all.filter((group) => group.accounts.length > 0);
}

function isNeedsYou(account: Account): boolean {
  return account.health === "needs_you" || account.health === "soon";
}

/** The shape of a health. */
export function healthLight(health: Health): Light {
  switch (health) {
    case "working":
      return "ok";
    case "soon":
      return "soon";
    case "needs_you":
      return "stop";
    case "trying_again":
      return "off";
  }
}

/** What a kind of credential is called. */
export const KIND_WORDS: Record<CredentialKind, string> = {
  oauth: "Browser sign-in",
  token: "Access token",
  basic: "Name and token",
};

/** How an account came here, for the last line of its history. */
export const CONNECTED_WORDS: Record<CredentialKind, string> = {
  oauth: "Connected by browser sign-in",
  token: "Connected by access token",
  basic: "Connected by user name and token",
};

/** `8 accounts at 7 hosts`. */
export function countSentence(accounts: readonly Account[], number: (value: number) => string): string {
  const hosts = new Set(accounts.map((account) => account.host)).size;
  return `${number(accounts.length)} ${accounts.length === 1 ? "account" : "accounts"} at ${number(hosts)} ${hosts === 1 ? "host" : "hosts"}`;
}

/** What disconnecting this account ends, before it is done. */
export function disconnectSentence(account: Account, number: (value: number) => string): string {
  const first = `Revokes at ${account.host_label} first, then removes it here.`;
  if (!account.lists) return `${first} Undo is not possible for the sign-in.`;
  const leave =
    account.repositories === 1 ? "1 repository leaves the list" : `${number(account.repositories)} repositories leave the list`;
  return `${first} ${leave}; undo is not possible for the sign-in.`;
}

/** A health in a word or two. */
export const HEALTH_WORDS: Record<Health, string> = {
  working: "Working",
  soon: "Soon needs you",
  needs_you: "Sign in again",
  trying_again: "Trying again by itself",
};

/** `12,480 repositories in 6 accounts`; one that two accounts reach is one. */
export function repositoriesSentence(
  total: number | undefined,
  accounts: number,
  number: (value: number) => string,
): string {
  if (total === undefined) return "";
  const count = `${number(total)} ${total === 1 ? "repository" : "repositories"}`;
  return `${count} in ${number(accounts)} ${accounts === 1 ? "account" : "accounts"}`;
}

/** How long access lasts, as a sentence without an end. */
export function accessSentence(
  account: Pick<Account, "health" | "renews_itself" | "access_ends_at">,
  now: Date,
  moment: (at: Date, now: Date) => string,
): string {
  const ends = account.access_ends_at === null ? undefined : new Date(account.access_ends_at);
  if (account.health === "needs_you") return account.renews_itself ? "Ended; it renewed itself until then" : "Ended";
  if (account.renews_itself) return ends ? `Renews itself, next before ${moment(ends, now)}` : "Renews itself";
  if (!ends) return "No end date";
  return ends.getTime() <= now.getTime() ? `Ended ${moment(ends, now)}` : `Ends ${moment(ends, now)}`;
}

/** The names of what was asked for and not granted, and of what something would need that does not work. */
export function lackingScopes(account: Pick<Account, "scopes" | "off">): string[] {
  const refused = account.scopes.filter((scope) => scope.state === "refused").map((scope) => scope.name);
  return [...new Set([...refused, ...account.off.map((off) => off.scope)])];
}
