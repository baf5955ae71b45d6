/** The list's own sentences. */
import type { Account, RepositorySort } from "../../ipc/bindings";
import type { Field } from "./filters";

export const SORT_WORDS: Record<RepositorySort, string> = {
  best: "Best match",
  pushed: "Last push",
  name: "Name",
  size: "Size",
  created: "Created",
};

export const FIELD_WORDS: Record<Field, string> = {
  account: "Account",
  owner: "Owner",
  visibility: "Visibility",
  language: "Language",
  archived: "Archived",
  fork: "Fork",
};

/** `List as of 14:08; fjordline-mara as of yesterday, 18:20`: only what is older than the rest is named. */
export function asOf(
  accounts: readonly Account[],
  words: { time: (at: Date) => string; moment: (at: Date) => string; number: (value: number) => string },
): string {
  const times = accounts.flatMap((account) => (account.synced_at === null ? [] : [new Date(account.synced_at)]));
  if (times.length === 0) return accounts.length === 0 ? "No accounts yet" : "Nothing was read yet";
  const fine = accounts.filter((account) => account.health === "working" || account.health === "soon");
  const newest = (of: readonly Account[]) =>
    of.reduce<Date | undefined>((latest, { synced_at }) => {
      const at = synced_at === null ? undefined : new Date(synced_at);
      return at && (!latest || at > latest) ? at : latest;
    }, undefined);
  const list = newest(fine) ?? newest(accounts);
  const behind = accounts.filter((account) => account.synced_at !== null && !fine.includes(account) && fine.length > 0);
  const [one, ...others] = behind;
  const first = list ? `List as of ${words.moment(list).toLowerCase().replace(/^today, /, "")}` : "";
  if (!one?.synced_at) return first;
  const old = `${one.login} as of ${words.moment(new Date(one.synced_at)).toLowerCase().replace(/^today, /, "")}`;
  return `${first}; ${old}${others.length > 0 ? ` and ${words.number(others.length)} more` : ""}`;
}
