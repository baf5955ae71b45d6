/** Where the list stands, as its address keeps it: words, filters, order, columns, current row. */
import type { RepositoryColumn, RepositorySort } from "../../ipc/bindings";

export type RepositoriesSearch = {
  /** The words. */
  q?: string | undefined;
  /** The filters as text, but for accounts: `owner:acme -is:archived`. */
  filter?: string | undefined;
  /** The accounts' ids, behind each other with commas. */
  account?: string | undefined;
  sort?: RepositorySort | undefined;
  reverse?: true | undefined;
  /** The columns beside the name, with commas; `none` for none. */
  columns?: string | undefined;
  /** The id of the view this began with. */
  view?: string | undefined;
  /** The current row: how many are above it. */
  row?: number | undefined;
};

export const COLUMNS: readonly RepositoryColumn[] = ["description", "language", "account", "size", "created", "pushed"];
/** Those that are shown where nothing else was chosen. */
export const USUAL: readonly RepositoryColumn[] = ["description", "language", "account", "pushed"];

/** The columns of an address, in their order in the list. */
export function readColumns(text: string | undefined): readonly RepositoryColumn[] {
  if (text === undefined) return USUAL;
  const named = text.split(",");
  return COLUMNS.filter((column) => named.includes(column));
}

/** Nothing for the usual columns. */
export function writeColumns(columns: readonly RepositoryColumn[]): string | undefined {
  const chosen = COLUMNS.filter((column) => columns.includes(column));
  if (chosen.join() === USUAL.join()) return undefined;
  return chosen.length === 0 ? "none" : chosen.join();
}

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
    columns: text(search.columns),
    view: text(search.view),
    row,
  };
}
