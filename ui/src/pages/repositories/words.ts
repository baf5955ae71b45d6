/** The list's own sentences. */
import type { Account, Facet, RepositoryColumn, RepositorySort } from "../../ipc/bindings";
import { accountName } from "../accountName";

export const SORT_WORDS: Record<RepositorySort, string> = {
  best: "Best match",
  pushed: "Last push",
  name: "Name",
  size: "Size",
  created: "Created",
};

export const COLUMN_WORDS: Record<RepositoryColumn, string> = {
  description: "Description",
  language: "Language",
  account: "Account",
  size: "Size",
  created: "Created",
  pushed: "Pushed",
};

export const FIELD_WORDS: Record<Facet, string> = {
  account: "Account",
  forge: "Host",
  owner: "Owner",
  visibility: "Visibility",
  permission: "What you may do",
  language: "Language",
  topic: "Topic",
  archived: "Archived",
  fork: "Fork",
  template: "Template",
  pushed: "Last push",
};

/**
 * `List as of 14:08; fjordline-mara as of yesterday, 18:20`: what is older than the rest is named, and what is
 * not all there yet.
 */
export function asOf(
  accounts: readonly Account[],
  listed: number,
  words: { moment: (at: Date) => string; number: (value: number) => string },
): string {
  if (accounts.length === 0) return "No accounts yet";
  const read = accounts.filter((account) => account.synced_at !== null);
  const fine = read.filter((account) => account.health === "working" || account.health === "soon");
  const newest = latest(fine.length > 0 ? fine : read);
  if (!newest) return listed > 0 ? "Not everything is listed yet" : "Nothing was read yet";
  const parts = [`List as of ${inSentence(words.moment(newest))}`];
  const behind = fine.length === 0 ? [] : read.filter((account) => !fine.includes(account));
  const [old] = behind;
  if (behind.length > 1) parts.push(`${words.number(behind.length)} accounts as they were before`);
  else if (old?.synced_at) parts.push(`${accountName(old)} as of ${inSentence(words.moment(new Date(old.synced_at)))}`);
  const unread = accounts.filter((account) => account.lists && account.synced_at === null);
  const [first] = unread;
  if (unread.length > 1) parts.push(`${words.number(unread.length)} accounts not all listed yet`);
  else if (first) parts.push(`${accountName(first)} not all listed yet`);
  return parts.join("; ");
}

function latest(accounts: readonly Account[]): Date | undefined {
  const times = accounts.map((account) => Date.parse(account.synced_at ?? ""));
  return times.length === 0 ? undefined : new Date(Math.max(...times));
}

/** `Today, 14:08` and `Yesterday, 18:20` as they stand in the middle of a sentence. */
export function inSentence(moment: string): string {
  return moment.replace(/^Today, /, "").replace(/^Yesterday/, "yesterday");
}
