/** Filters as text, as chips and as the keeper takes them. One list of chips is all there is. */
import type { Account, RepositoryQuery, Visibility } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { hostNeeded } from "../hostNeeded";

export type Field = "account" | "owner" | "visibility" | "language" | "archived" | "fork";

/** One filter. `value` is what a query takes: an account's id, `true` or `false` for archived and fork. */
export type Chip = { field: Field; value: string };

export const FIELDS: readonly Field[] = ["account", "owner", "visibility", "language", "archived", "fork"];

const VISIBILITIES: readonly Visibility[] = ["public", "internal", "private"];

/** The fields as they are typed. */
const NAMES: Readonly<Record<string, Field>> = {
  account: "account",
  owner: "owner",
  org: "owner",
  visibility: "visibility",
  lang: "language",
  language: "language",
};

/** `owner:acme`, `lang:"Jupyter Notebook"`, `-is:archived`; nothing if it is not a whole filter. */
export function readFilter(token: string, accounts: readonly Account[]): Chip | undefined {
  const match = /^(-?)([a-z]+):(.+)$/i.exec(token);
  if (!match) return undefined;
  const not = match[1] === "-";
  const name = (match[2] ?? "").toLowerCase();
  const value = unquoted(match[3] ?? "");
  if (value === "") return undefined;
  if (name === "is") {
    const flag = value.toLowerCase();
    return flag === "archived" || flag === "fork" ? { field: flag, value: String(!not) } : undefined;
  }
  const field = NAMES[name];
  // What is not this or that can't be asked for; as words it at least shows that nothing is called so.
  if (field === undefined || not) return undefined;
  switch (field) {
    case "account": {
      const id = accountNamed(value, accounts);
      return id === undefined ? undefined : { field, value: id };
    }
    case "visibility": {
      const one = VISIBILITIES.find((each) => each === value.toLowerCase());
      return one === undefined ? undefined : { field, value: one };
    }
    default:
      return { field, value };
  }
}

/** An account by what the person calls it, by login, by `login@host`, or by its id. The first one where a login is not enough. */
function accountNamed(name: string, accounts: readonly Account[]): string | undefined {
  const wanted = name.toLowerCase();
  const at = wanted.lastIndexOf("@");
  const found =
    accounts.find((each) => each.id === name) ??
    accounts.find((each) => each.label?.toLowerCase() === wanted) ??
    accounts.find((each) => each.login.toLowerCase() === wanted) ??
    accounts.find((each) => at > 0 && each.login.toLowerCase() === wanted.slice(0, at) && each.host_label.toLowerCase() === wanted.slice(at + 1));
  return found?.id;
}

/** A chip as it is typed. */
export function writeFilter(chip: Chip, accounts: readonly Account[]): string {
  switch (chip.field) {
    case "archived":
    case "fork":
      return `${chip.value === "true" ? "" : "-"}is:${chip.field}`;
    case "language":
      return `lang:${quoted(chip.value)}`;
    case "account": {
      const account = accounts.find((each) => each.id === chip.value);
      if (!account) return `account:${quoted(chip.value)}`;
      const alone = !accounts.some((each) => each !== account && (each.login === account.login || each.label === account.login));
      return `account:${quoted(alone ? account.login : `${account.login}@${account.host_label}`)}`;
    }
    default:
      return `${chip.field}:${quoted(chip.value)}`;
  }
}

/** Takes the whole filters out of a text as it is typed: those with a space behind them. */
export function takeFilters(text: string, accounts: readonly Account[]): { text: string; chips: Chip[] } {
  const chips: Chip[] = [];
  let rest = "";
  for (const { token, space } of tokens(text)) {
    const chip = space === "" ? undefined : readFilter(token, accounts);
    if (chip) chips.push(chip);
    else rest += token + space;
  }
  return { text: chips.length > 0 ? rest.replace(/^\s+/, "") : text, chips };
}

/** All filters of a text, also the last one; the words that are none are dropped. */
export function readFilters(text: string, accounts: readonly Account[]): Chip[] {
  return takeFilters(`${text} `, accounts).chips.reduce<Chip[]>(withChip, []);
}

/** The words to search for: not a filter that is still being typed. */
export function searchedText(text: string): string {
  const all = tokens(text);
  const last = all.at(-1);
  const unfinished = last && last.space === "" && /^-?(?:is|account|owner|org|visibility|lang|language):/i.test(last.token);
  return (unfinished ? all.slice(0, -1) : all).map(({ token }) => token).join(" ").trim();
}

/** Adds a chip. Of archived and fork there is one answer; of the others, any of several. */
export function withChip(chips: readonly Chip[], chip: Chip): Chip[] {
  const single = chip.field === "archived" || chip.field === "fork";
  const others = chips.filter((each) => each.field !== chip.field || (!single && !same(each, chip)));
  return [...others, chip];
}

export function withoutChip(chips: readonly Chip[], chip: Chip): Chip[] {
  return chips.filter((each) => !same(each, chip));
}

export function same(one: Chip, other: Chip): boolean {
  return one.field === other.field && one.value.toLowerCase() === other.value.toLowerCase();
}

/** The part of a query that chips are. */
export function asQuery(chips: readonly Chip[]): RepositoryQuery {
  const values = (field: Field) => chips.filter((chip) => chip.field === field).map((chip) => chip.value);
  const flag = (field: Field) => {
    const [value] = values(field);
    return value === undefined ? null : value === "true";
  };
  return {
    accounts: values("account"),
    owners: values("owner"),
    visibility: VISIBILITIES.filter((each) => values("visibility").includes(each)),
    languages: values("language"),
    archived: flag("archived"),
    fork: flag("fork"),
  };
}

/** A chip in words: what is said before the value, and the value as a person knows it. */
export function chipWords(chip: Chip, accounts: readonly Account[]): { before: string; value: string } {
  switch (chip.field) {
    case "archived":
    case "fork":
      return { before: chip.value === "true" ? "only" : "not", value: chip.field === "fork" ? "forks" : "archived" };
    case "account": {
      const account = accounts.find((each) => each.id === chip.value);
      const value = account ? [accountName(account), hostNeeded(account, accounts)].filter(Boolean).join(" ") : "an account that is gone";
      return { before: "of", value };
    }
    case "owner":
      return { before: "owner", value: chip.value };
    case "language":
      return { before: "language", value: chip.value };
    case "visibility":
      return { before: "visibility", value: chip.value };
  }
}

type Token = { token: string; space: string };

/** Words with the space behind them; what stands in quotes is one word. */
function tokens(text: string): Token[] {
  return [...text.matchAll(/((?:[^\s"]|"[^"]*(?:"|$))+)(\s*)/g)].map((match) => ({ token: match[1] ?? "", space: match[2] ?? "" }));
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}

function unquoted(value: string): string {
  return value.startsWith('"') && value.endsWith('"') && value.length > 1 ? value.slice(1, -1).trim() : value.startsWith('"') ? "" : value;
}
