/** What an account's access went through, and what ends when, as the keeper would tell it. */
import type { Account, AccountEvent, Ending, EndingKind, Unended } from "../bindings";
import { ago } from "./world";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** What happened to an account's access before the fake began, newest first. */
export function drawnHistory(account: Account, now: Date): AccountEvent[] {
  const event = (before: number, kind: string, sentence: string): AccountEvent => ({ at: ago(now, before), kind, sentence });
  const first: AccountEvent = { at: account.connected_at, kind: "signed_in", sentence: "Signed in" };
  if (account.kind !== "oauth") return [first];
  const ended = account.health === "needs_you" ? [event(20 * HOUR, "needs_sign_in", `${account.host_label} ended it`)] : [];
  return [
    ...ended,
    event(28 * HOUR, "renewed", "Renewed"),
    event(36 * HOUR, "not_renewed", `Not renewed: ${account.host_label} could not be reached`),
    event(44 * HOUR, "renewed", "Renewed"),
    event(9 * DAY, "renewed", "Renewed"),
    first,
  ];
}

/** What of these accounts ends on a day that is known, the next first. */
export function endings(accounts: readonly Account[], now: Date): Ending[] {
  return accounts
    .flatMap((account) => endingsOf(account, now))
    .sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
}

function endingsOf(account: Account, now: Date): Ending[] {
  const end = (kind: EndingKind, at: string, by_itself: boolean, sentence: string): Ending => {
    const left = Date.parse(at) - now.getTime();
    return {
      account: account.id,
      credential: null,
      client: null,
      login: account.label ?? account.login,
      host_label: account.host_label,
      provider: account.provider,
      kind,
      at,
      by_itself,
      days_left: Math.max(0, Math.floor(left / DAY)),
      over: left <= 0,
      sentence,
    };
  };
  if (account.kind !== "oauth") {
    if (account.access_ends_at === null) return [];
    return [end("access", account.access_ends_at, false, `Access to ${account.host_label}: make a new token or sign in again before`)];
  }
  if (!account.renews_itself) return [];
  return [
    ...(account.access_ends_at === null ? [] : [end("access", account.access_ends_at, true, "Access, which renews itself")]),
    end("sign_in", ago(new Date(account.connected_at), -365 * DAY), false, `The sign-in at ${account.host_label}: sign in again before`),
  ];
}

/** Accounts at services that list nothing, beside the drawn ones. */
export function moreAccounts(now: Date, account: (part: Partial<Account> & Pick<Account, "id" | "login" | "host_label" | "swatch">) => Account): Account[] {
  const kept = { lists: false, searches: false, synced_at: null, repositories: 0, state_note: "" };
  return [
    account({
      ...kept,
      scopes: [],
      id: "chat",
      login: "mara.lindqvist",
      label: "Crew chat",
      provider: "foghorn",
      provider_name: "Foghorn Chat",
      host_label: "fjordline.foghorn.example",
      swatch: 6,
      access_ends_at: ago(now, -7 * HOUR),
      connected_at: ago(now, 360 * DAY),
      revoke_page: null,
      revocable: false,
    }),
    account({
      ...kept,
      scopes: [],
      id: "books",
      login: "mara@fjordline.example",
      provider: "ledgerly",
      provider_name: "Ledgerly",
      host_label: "ledgerly.example",
      swatch: 8,
      kind: "basic",
      state: "No end date is known",
      renews_itself: false,
      revoke_page: null,
      revocable: false,
    }),
    account({
      ...kept,
      scopes: [],
      id: "cloud",
      login: "mara",
      label: "Stratus, staging",
      provider: "stratus",
      provider_name: "Stratus Cloud",
      host_label: "stratus.example",
      swatch: 2,
      kind: "token",
      health: "needs_you",
      state: "This token has ended",
      state_note: "Make a new one and paste it here",
      renews_itself: false,
      access_ends_at: ago(now, 2 * DAY),
      revoke_page: null,
      revocable: false,
    }),
    account({
      ...kept,
      scopes: [],
      id: "gate",
      login: "mara.lindqvist",
      provider: "gatehouse",
      provider_name: "Gatehouse Sign-in",
      host_label: "login.gatehouse.example",
      swatch: 4,
      access_ends_at: ago(now, -50 * 60_000),
      connected_at: ago(now, 340 * DAY),
      revoke_page: null,
      revocable: false,
    }),
  ];
}

/** Access that was removed here and that only its person can end. */
export function leftOver(now: Date): Unended {
  return {
    id: "left",
    provider: "pontoon",
    host: "https://pontoon.example",
    host_label: "pontoon.example",
    login: "mara.lindqvist",
    removed_at: ago(now, 2 * DAY),
    next_try_at: null,
    sentence: "Removed here. Drawbridge can't end it at pontoon.example: end it on its page.",
    page: "https://pontoon.example/settings/apps",
  };
}

/** A token whose place another took, and that works on at its host. */
export function replacedToken(accounts: readonly Account[], host: string, login: string, now: Date): Unended | null {
  const account = accounts.find((each) => each.host === host && each.login === login && each.kind !== "oauth");
  if (!account) return null;
  return {
    ...leftOver(now),
    id: `replaced-${account.id}`,
    provider: account.provider,
    host: account.host,
    host_label: account.host_label,
    login: account.login,
    removed_at: now.toISOString(),
    sentence: `Replaced here by a newer one. The older one works on at ${account.host_label}: end it on its page.`,
    page: account.revoke_page,
  };
}
