/** Search, filters and sorting as the keeper does them, over the rows of the fake. */
import type { Facet, FacetValue, RepositoryQuery } from "../bindings";
import { fold, type Row } from "./world";

export function find(rows: readonly Row[], query: RepositoryQuery): Row[] {
  const words = fold(query.text ?? "").split(/\s+/).filter(Boolean);
  const found = rows.filter((each) => words.every((word) => each.text.includes(word)) && passes(each, query));
  const sorted = found.sort(order(query, words));
  return query.reverse ? sorted.reverse() : sorted;
}

export function facetValues(rows: readonly Row[], facet: Facet, query: RepositoryQuery): FacetValue[] {
  const counts = new Map<string, number>();
  for (const { row } of find(rows, { ...query, ...WITHOUT[facet] })) {
    for (const value of valuesOf[facet](row)) counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts]
    .map(([value, count]) => ({ value, count }))
    .sort((one, other) => other.count - one.count || one.value.localeCompare(other.value))
    .slice(0, 200);
}

const WITHOUT: Record<Facet, Partial<RepositoryQuery>> = {
  account: { accounts: [] },
  owner: { owners: [] },
  visibility: { visibility: [] },
  language: { languages: [] },
  archived: { archived: null },
  fork: { fork: null },
};

const valuesOf: Record<Facet, (row: Row["row"]) => string[]> = {
  account: (row) => row.accounts,
  owner: (row) => [row.owner],
  visibility: (row) => [row.visibility],
  language: (row) => (row.language === null ? [] : [row.language]),
  archived: (row) => [String(row.archived)],
  fork: (row) => [String(row.fork)],
};

function passes({ row }: Row, query: RepositoryQuery): boolean {
  const among = (wanted: readonly string[] | undefined, ...have: (string | null)[]) =>
    !wanted?.length || have.some((one) => one !== null && wanted.some((each) => fold(each) === fold(one)));
  return (
    among(query.accounts, ...row.accounts) &&
    among(query.owners, row.owner) &&
    among(query.visibility, row.visibility) &&
    among(query.languages, row.language) &&
    (query.archived == null || query.archived === row.archived) &&
    (query.fork == null || query.fork === row.fork)
  );
}

function order(query: RepositoryQuery, words: readonly string[]): (one: Row, other: Row) => number {
  const pushed = (one: Row, other: Row) => later(one.row.pushed_at, other.row.pushed_at);
  switch (query.sort ?? "best") {
    case "name":
      return (one, other) => (fold(one.row.full_name) < fold(other.row.full_name) ? -1 : 1);
    case "size":
      return (one, other) => other.detail.size_kib - one.detail.size_kib;
    case "created":
      return (one, other) => later(one.detail.created_at, other.detail.created_at);
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
