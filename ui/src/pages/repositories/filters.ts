/** Filters as text, as chips and as the keeper takes them. One list of chips is all there is. */
import type { Account, Facet, RepositoryQuery } from "../../ipc/bindings";
import { type Chip, isFlag, readFilterText, tokens, unfinished, writeFilterText } from "../../text/filterText";
import { accountName } from "../accountName";
import { hostNeeded } from "../hostNeeded";

/**
 * `owner:acme`, `lang:"Jupyter Notebook"`, `-is:archived`; none if it is not a whole filter. Accounts become their ids:
 * a name that several have means all of them, as it does to the keeper.
 */
export function readFilter(token: string, accounts: readonly Account[]): Chip[] {
  const chip = readFilterText(token);
  if (chip === undefined) return [];
  if (chip.field !== "account") return [chip];
  return accountsNamed(chip.value, accounts).map(({ id }) => ({ ...chip, value: id }));
}

/** Accounts by id, by what the person calls them, by login, or by `login@host`. */
function accountsNamed(name: string, accounts: readonly Account[]): Account[] {
  const wanted = name.toLowerCase();
  const names = ({ login, label, host_label }: Account) => [login, label, `${login}@${host_label}`];
  return accounts.filter((each) => each.id === name || names(each).some((one) => one?.toLowerCase() === wanted));
}

/** A chip as it is typed. */
export function writeFilter(chip: Chip, accounts: readonly Account[]): string {
  const account = chip.field === "account" ? accounts.find((each) => each.id === chip.value) : undefined;
  if (!account) return writeFilterText(chip);
  const alone = !accounts.some((each) => each !== account && [each.login, each.label].some((name) => name?.toLowerCase() === account.login.toLowerCase()));
  return writeFilterText({ ...chip, value: alone ? account.login : `${account.login}@${account.host_label}` });
}

/** Takes the whole filters out of a text as it is typed: those with a space behind them. */
export function takeFilters(text: string, accounts: readonly Account[]): { text: string; chips: Chip[] } {
  const chips: Chip[] = [];
  let rest = "";
  for (const { token, space } of tokens(text)) {
    const read = space === "" ? [] : readFilter(token, accounts);
    chips.push(...read);
    if (read.length === 0) rest += token + space;
  }
  return { text: chips.length > 0 ? rest.replace(/^\s+/, "") : text, chips };
}

/** All filters of a text, also the last one; the words that are none are dropped. */
export function readFilters(text: string, accounts: readonly Account[]): Chip[] {
  return takeFilters(`${text} `, accounts).chips.reduce<Chip[]>(withChip, []);
}

/** The words to search for: not a filter that is still being typed. */
export function searchedText(text: string): string {
  const last = unfinished(text) ?? (/(?:^|\s)-?is:\S*$/i.test(text) ? { before: text.replace(/-?is:\S*$/i, "") } : undefined);
  return tokens(last?.before ?? text).map(({ token }) => token).join(" ").trim();
}

/** Adds a chip. Of what is either so or not there is one answer; of the others, any of several. */
export function withChip(chips: readonly Chip[], chip: Chip): Chip[] {
  const others = chips.filter((each) => each.field !== chip.field || (!isFlag(chip.field) && !same({ ...each, negated: chip.negated }, chip)));
  return [...others, chip];
}

export function withoutChip(chips: readonly Chip[], chip: Chip): Chip[] {
  return chips.filter((each) => !same(each, chip));
}

export function same(one: Chip, other: Chip): boolean {
  return one.field === other.field && one.negated === other.negated && one.value.toLowerCase() === other.value.toLowerCase();
}

/** What the keeper is asked: the words, and the chips as text. */
export function asQuery(words: string, chips: readonly Chip[]): RepositoryQuery {
  return { text: [words, ...chips.map(writeFilterText)].filter((part) => part !== "").join(" ") };
}

const YES_OR_NO: Partial<Record<Facet, string>> = { archived: "archived", fork: "forks", template: "templates" };
const BEFORE: Readonly<Record<Facet, string>> = {
  account: "of",
  forge: "at",
  owner: "owner",
  visibility: "visibility",
  permission: "you may",
  language: "language",
  topic: "topic",
  archived: "only",
  fork: "only",
  template: "only",
  pushed: "pushed",
};

/** A chip in words: what is said before the value, and the value as a person knows it. */
export function chipWords(chip: Chip, accounts: readonly Account[]): { before: string; value: string } {
  const flag = YES_OR_NO[chip.field];
  if (flag !== undefined) return { before: chip.value === "yes" ? "only" : "not", value: flag };
  const before = `${chip.negated ? "not " : ""}${BEFORE[chip.field]}`;
  if (chip.field === "pushed") return { before, value: timeWords(chip.value) };
  if (chip.field !== "account") return { before, value: chip.value };
  const account = accounts.find((each) => each.id === chip.value);
  const value = account ? [accountName(account), hostNeeded(account, accounts)].filter(Boolean).join(" ") : "an account that is gone";
  return { before, value };
}

const UNITS: Readonly<Record<string, string>> = { h: "hours", d: "days", w: "weeks", m: "months", y: "years" };

const SIGNS: Readonly<Record<string, string>> = { "<": "before", "<=": "until", ">": "after", ">=": "since" };

/** `<30d` as `in the last 30 days`, `>=2026-01-01` as `since 2026-01-01`. */
export function timeWords(value: string): string {
  const match = /^([<>]?=?)(\d+)([hdwmy])$/.exec(value);
  if (match) {
    const [count, unit] = [match[2] ?? "", UNITS[match[3] ?? ""] ?? ""];
    const age = count === "1" ? unit.replace(/s$/, "") : `${count} ${unit}`;
    return (match[1] ?? "").startsWith(">") ? `more than ${count === "1" ? `1 ${age}` : age} ago` : `in the last ${age}`;
  }
  const [, sign = "", day = value] = /^([<>]?=?)(.*)$/.exec(value) ?? [];
  return `${SIGNS[sign] ?? "in"} ${day}`;
}
