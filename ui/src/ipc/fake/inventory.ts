/** Search, filters and sorting as the keeper does them, over the rows of the fake. */
import { type Chip, readFilterText, tokens } from "../../text/filterText";
import type { Account, Facet, FacetValue, QueryRemark, RepositoryQuery } from "../bindings";
import { fold, type Row } from "./world";

/** A text in its words and its filters. An account that nobody knows is a word. */
function asked(text: string, accounts: readonly Account[]): { words: string[]; chips: Chip[] } {
  const words: string[] = [];
  const chips: Chip[] = [];
  for (const { token } of tokens(text)) {
    const chip = readFilterText(token);
    const known = chip?.field !== "account" || accounts.some((each) => called(each, chip.value));
    if (chip && known) chips.push(chip);
    else words.push(...fold(token).split(/\s+/).filter(Boolean));
  }
  return { words, chips };
}

function called(account: Account, name: string): boolean {
  const wanted = name.toLowerCase();
  const names = [account.id, account.login, account.label ?? account.login, `${account.login}@${account.host_label}`];
  return names.some((each) => each.toLowerCase() === wanted);
}

export type World = { rows: readonly Row[]; accounts: readonly Account[]; now: Date };

export function find(world: World, query: RepositoryQuery, without?: Facet): { found: Row[]; words: string[]; remarks: QueryRemark[] } {
  const { words, chips } = asked(query.text ?? "", world.accounts);
  const left = chips.filter((chip) => chip.field !== without);
  const found = world.rows.filter((each) => words.every((word) => each.text.includes(word)) && passes(each, left, world));
  const sorted = found.sort(order(query, words));
  return { found: query.reverse ? sorted.reverse() : sorted, words, remarks: remarksOn(words) };
}

/** The keeper's sentence about a filter that there is not; the fake knows one. */
function remarksOn(words: readonly string[]): QueryRemark[] {
  return words
    .filter((word) => /^[a-z]+:[^/:]/.test(word))
    .map((text) => {
      const [name = "", value = ""] = text.split(":");
      const instead = name === "langs" ? `lang:${value}` : null;
      const message = instead === null ? `There is no filter called ${name}, so it is searched for as a word.` : "There is no filter called langs. Did you mean lang?";
      return { text, message, instead };
    });
}

export function facetValues(world: World, facet: Facet, query: RepositoryQuery): FacetValue[] {
  const counts = new Map<string, number>();
  for (const row of find(world, query, facet).found) {
    for (const value of valuesOf(facet, row, world)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || one.value.localeCompare(other.value))
    .slice(0, 200);
}

const AGES: readonly (readonly [age: string, days: number])[] = [["<7d", 7], ["<30d", 30], ["<90d", 90], ["<1y", 365]];
const DAY_MS = 86_400_000;

function valuesOf(facet: Facet, { row, detail }: Row, { now }: World): string[] {
  switch (facet) {
    case "account":
      return row.accounts;
    case "forge":
      return [detail.host_label];
    case "owner":
      return [row.owner];
    case "visibility":
      return [row.visibility];
    case "permission":
      return detail.reach.slice(0, 1).map((reach) => reach.permission);
    case "language":
      return row.language === null ? [] : [row.language];
    case "topic":
      return row.topics;
    case "archived":
    case "fork":
    case "template":
      return [row[facet] ? "yes" : "no"];
    case "pushed": {
      const age = row.pushed_at === null ? Infinity : now.getTime() - Date.parse(row.pushed_at);
      return AGES.filter(([, days]) => age <= days * DAY_MS).map(([text]) => text);
    }
  }
}

function passes(row: Row, chips: readonly Chip[], world: World): boolean {
  const is = (chip: Chip) => {
    const wanted = chip.field === "account" ? (world.accounts.find((each) => called(each, chip.value))?.id ?? "") : chip.value;
    const values = valuesOf(chip.field, row, world).map(fold);
    return values.includes(fold(wanted)) || (chip.field === "owner" && values.some((value) => value.startsWith(`${fold(wanted)}/`)));
  };
  return chips.every((chip) => {
    if (chip.negated) return !is(chip);
    return chips.some((each) => each.field === chip.field && !each.negated && is(each));
  });
}

function order(query: RepositoryQuery, words: readonly string[]): (one: Row, other: Row) => number {
  const pushed = (one: Row, other: Row) => later(one.row.pushed_at, other.row.pushed_at);
  switch (query.sort ?? "best") {
    case "name":
      return (one, other) => (fold(one.row.full_name) < fold(other.row.full_name) ? -1 : 1);
    case "size":
      return (one, other) => other.row.size_kib - one.row.size_kib;
    case "created":
      return (one, other) => later(one.row.created_at, other.row.created_at);
    case "pushed":
      return pushed;
    case "best": {
      const first = words[0];
      if (first === undefined) return pushed;
      const rank = ({ row }: Row) => (fold(row.name) === first ? 0 : fold(row.full_name).includes(first) ? 1 : 2);
      return (one, other) => rank(one) - rank(other) || pushed(one, other);
    }
  }
}

/** The later one first; the texts of times sort like the times. */
function later(one: string | null, other: string | null): number {
  const [first, second] = [one ?? "", other ?? ""];
  return first === second ? 0 : first > second ? -1 : 1;
}
