/** Where the list stands, as its address keeps it: words, filters, order, current row. */
import type { RepositorySort } from "../../ipc/bindings";

export type RepositoriesSearch = {
  /** The words. */
  q?: string | undefined;
  /** The filters as text, but for accounts: `owner:acme -is:archived`. */
  filter?: string | undefined;
  /** The accounts' ids, behind each other with commas. */
  account?: string | undefined;
  sort?: RepositorySort | undefined;
  reverse?: true | undefined;
  /** The current row: how many are above it. */
  row?: number | undefined;
};

const SORTS: readonly RepositorySort[] = ["best", "pushed", "name", "size", "created"];
const LONGEST = 2000;

/** Reads an address; what is not known there is dropped. */
export function readRepositoriesSearch(search: Record<string, unknown>): RepositoriesSearch {
  const text = (value: unknown) => (typeof value === "string" && value !== "" ? value.slice(0, LONGEST) : undefined);
  const sort = SORTS.find((each) => each === search.sort);
  const row = typeof search.row === "number" && Number.isInteger(search.row) && search.row >= 0 ? search.row : undefined;
  return {
    q: typeof search.q === "number" ? String(search.q) : text(search.q),
    filter: text(search.filter),
    account: text(search.account),
    sort: sort === "best" ? undefined : sort,
    reverse: search.reverse === true ? true : undefined,
    row,
  };
}
