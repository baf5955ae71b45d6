/**
 * The rows of a long list, read from the keeper a page at a time as they come into view.
 *
 * What is shown stays until what replaces it has arrived: on a jump, on a new search, on a change in the
 * inventory. A change does not move rows under a hand; it waits until it is asked for.
 */
import { CancelledError, type QueryClient } from "@tanstack/react-query";
import type { QueryRemark, Repository, RepositoryList, RepositoryQuery } from "../ipc/bindings";
import { asProblem, type ProblemError } from "../ipc/platform";
import { PAGE, queries } from "./queries";

/** Pages that are kept in both directions of what is seen; far ones are forgotten. */
const NEAR = 12;

export type Rows = {
  /** The query these rows answer; an older one while a new one is under way. */
  readonly query: RepositoryQuery;
  /** Nothing until the first answer. */
  readonly total: number | undefined;
  readonly pages: ReadonlyMap<number, readonly Repository[]>;
  /** How many of the total are only nearly spelled as asked. */
  readonly near: number;
  /** What to mark in the rows. */
  readonly marked: readonly string[];
  /** What in the query is not what it looks like. */
  readonly remarks: readonly QueryRemark[];
  /** How many rows wait to be shown; 0 if what is shown is what there is. */
  readonly newer: number;
  /** Why something could not be read. Without a total there is nothing to show; with one it is only some rows. */
  readonly error: ProblemError | undefined;
};

/** What an answer brings. */
type Fresh = Pick<Rows, "total" | "pages" | "near" | "marked" | "remarks">;

/** A run of rows that lie one behind the other, and by how much to move them from their place. */
export type View = { first: number; rows: readonly Repository[]; shift: number };

const EMPTY: Fresh = { total: undefined, pages: new Map(), near: 0, marked: [], remarks: [] };
const NOTHING: View = { first: 0, rows: [], shift: 0 };

/** The pages that hold the rows from `first` to `last`. */
export function pagesFor(first: number, last: number): number[] {
  if (last < first) return [];
  const from = Math.max(0, Math.floor(first / PAGE));
  return Array.from({ length: Math.floor(last / PAGE) - from + 1 }, (_, index) => from + index);
}

/** The neighbours worth having before they are seen, the one ahead first. */
export function neighbours(wanted: readonly number[], total: number, forwards: boolean): number[] {
  const [low, high] = [wanted[0], wanted.at(-1)];
  if (low === undefined || high === undefined) return [];
  const last = Math.max(0, Math.ceil(total / PAGE) - 1);
  const ahead = forwards ? [high + 1, high + 2, low - 1] : [low - 1, low - 2, high + 1];
  return ahead.filter((page) => page >= 0 && page <= last);
}

/** Reads one page. What was on its way when the inventory changed is forgotten with it, and asked for anew. */
export async function readPage(client: QueryClient, query: RepositoryQuery, page: number, fresh = false): Promise<RepositoryList> {
  for (;;) {
    try {
      return await client.query({ ...queries.repositoryPage(query, page), ...(fresh ? { staleTime: 0 } : {}) });
    } catch (thrown) {
      if (!(thrown instanceof CancelledError)) throw thrown;
    }
  }
}

export class RowStore {
  readonly #client: QueryClient;
  readonly #listeners = new Set<() => void>();
  #rows: Rows;
  /** The query that was asked for last, and how many were: an answer to an older one is dropped. */
  #asked: RepositoryQuery;
  #turn = 0;
  #wanted: readonly number[] = [0];
  /** The page of the current row: here, wherever the view goes. */
  #current = 0;
  #under = new Set<string>();
  /** Pages in view that could not be read: not asked for again before somebody says so or looks elsewhere. */
  #failed = new Set<number>();
  #kept: { view: View; offset: number; of: Rows["pages"] } | undefined;
  #isHeld: () => boolean = () => false;

  constructor(client: QueryClient, query: RepositoryQuery) {
    this.#client = client;
    this.#asked = query;
    // What is known already is there from the first frame on.
    this.#rows = { query, ...(this.#cached(query, [0]) ?? EMPTY), newer: 0, error: undefined };
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  };

  snapshot = (): Rows => this.#rows;

  /** Whether somebody is looking at particular rows, so that they must not move by themselves. */
  holdWhile(isHeld: () => boolean): void {
    this.#isHeld = isHeld;
  }

  row(index: number): Repository | undefined {
    return this.#rows.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Where a repository is among the rows that are here. */
  indexOf(id: number): number | undefined {
    for (const [page, rows] of this.#rows.pages) {
      const at = rows.findIndex((row) => row.id === id);
      if (at >= 0) return page * PAGE + at;
    }
    return undefined;
  }

  /** Resolves when what is shown answers what was asked for last: at once, if it does already. */
  settled(): Promise<void> {
    if (this.#rows.query === this.#asked) return Promise.resolve();
    return new Promise((resolve) => {
      const leave = this.subscribe(() => {
        if (this.#rows.query !== this.#asked) return;
        leave();
        resolve();
      });
    });
  }

  /** Asks something new. The rows of before stay until there is an answer. */
  ask(query: RepositoryQuery): void {
    this.#asked = query;
    this.#wanted = [0];
    this.#current = 0;
    void this.#replace([0]);
  }

  /** Says which rows are in view. */
  want(first: number, last: number): void {
    const wanted = pagesFor(first, last);
    const forwards = (wanted[0] ?? 0) >= (this.#wanted[0] ?? 0);
    this.#wanted = wanted.length > 0 ? wanted : [0];
    if (this.#rows.query !== this.#asked || this.#rows.total === undefined) return;
    if (this.#rows.error && this.#isWhole(this.#rows.pages)) this.#show({ ...this.#rows, error: undefined });
    for (const page of [...wanted, ...neighbours(wanted, this.#rows.total, forwards)]) void this.#load(page);
  }

  /** Says which row is the current one, of which more is shown and with which things are done. */
  keep(index: number): void {
    this.#current = Math.floor(index / PAGE);
    if (this.#rows.query === this.#asked && this.#rows.total !== undefined) void this.#load(this.#current);
  }

  /**
   * The rows to show for a stretch. As long as one of it is still on its way, it is the stretch of
   * before, moved along, so that there is always something to read and nothing blank.
   */
  view(first: number, last: number, offset: number): View {
    const rows: Repository[] = [];
    for (let index = first; index <= last; index += 1) {
      const row = this.row(index);
      if (!row) break;
      rows.push(row);
    }
    if (rows.length === last - first + 1) {
      this.#kept = { view: { first, rows, shift: 0 }, offset, of: this.#rows.pages };
      return this.#kept.view;
    }
    if (!this.#kept || this.#rows.total === 0) return NOTHING;
    return { ...this.#kept.view, shift: offset - this.#kept.offset };
  }

  /** The inventory has changed. */
  async changed(): Promise<void> {
    if (this.#rows.total === undefined) return this.#replace([0]);
    const turn = this.#turn;
    const pages = this.#inUse();
    const fresh = await this.#fetch(pages).catch(() => undefined);
    if (!fresh || turn !== this.#turn) return;
    const here = pages.filter((page) => this.#rows.pages.has(page));
    const stays = here.every((page) => alike(fresh.pages.get(page), this.#rows.pages.get(page)));
    if (stays || !this.#isHeld()) this.#show({ ...fresh, query: this.#asked, newer: 0, error: undefined });
    else this.#show({ ...this.#rows, newer: Math.max(1, fresher(fresh.pages.get(0), this.#rows.pages.get(0))) });
  }

  /** Shows what waits. */
  async showNewer(): Promise<void> {
    await this.#replace(this.#inUse());
  }

  async retry(): Promise<void> {
    await this.#replace(this.#inUse());
  }

  async #replace(pages: readonly number[]): Promise<void> {
    this.#turn += 1;
    const turn = this.#turn;
    const query = this.#asked;
    try {
      const fresh = this.#cached(query, pages) ?? (await this.#fetch(pages));
      if (turn === this.#turn) this.#show({ ...fresh, query, newer: 0, error: undefined });
    } catch (thrown) {
      if (turn !== this.#turn) return;
      // Rows of another search would answer nothing.
      const rows = query === this.#rows.query ? this.#rows : { ...this.#rows, ...EMPTY };
      this.#show({ ...rows, query, error: asProblem(thrown) });
    }
  }

  #cached(query: RepositoryQuery, pages: readonly number[]): Fresh | undefined {
    const answers = pages.map((page) => this.#client.getQueryData(queries.repositoryPage(query, page).queryKey));
    const here = answers.filter((answer) => answer !== undefined);
    return here.length === answers.length ? together(pages, here) : undefined;
  }

  async #fetch(pages: readonly number[]): Promise<Fresh> {
    const query = this.#asked;
    const answers = await Promise.all(pages.map((page) => readPage(this.#client, query, page, true)));
    return together(pages, answers);
  }

  async #load(page: number): Promise<void> {
    const key = `${this.#turn} ${page}`;
    if (this.#rows.pages.has(page) || this.#under.has(key) || this.#failed.has(page)) return;
    this.#under.add(key);
    const turn = this.#turn;
    try {
      const answer = await readPage(this.#client, this.#asked, page);
      if (turn !== this.#turn) return;
      const pages = new Map(this.#rows.pages).set(page, answer.rows);
      const [low, high] = [this.#wanted[0] ?? 0, this.#wanted.at(-1) ?? 0];
      for (const each of pages.keys()) if (each !== this.#current && (each < low - NEAR || each > high + NEAR)) pages.delete(each);
      const total = this.#rows.newer > 0 ? this.#rows.total : answer.total;
      this.#show({ ...this.#rows, pages, total, marked: union(this.#rows.marked, answer.marked), error: this.#isWhole(pages) ? undefined : this.#rows.error });
    } catch (thrown) {
      // Of one that is not in view nothing is said: it is asked for when it is.
      if (turn !== this.#turn || !this.#wanted.includes(page)) return;
      this.#failed.add(page);
      this.#show({ ...this.#rows, error: asProblem(thrown) });
    } finally {
      this.#under.delete(key);
    }
  }

  /** The pages that what is shown is made of. */
  #inUse(): number[] {
    return [...new Set([0, this.#current, ...this.#wanted])];
  }

  /** Whether every row in view is here. */
  #isWhole(pages: Rows["pages"]): boolean {
    return this.#wanted.every((page) => pages.has(page));
  }

  #show(rows: Rows): void {
    if (!rows.error) this.#failed.clear();
    this.#rows = rows;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Several pages of one query as one answer. */
function together(pages: readonly number[], answers: readonly RepositoryList[]): Fresh {
  const last = answers.at(-1);
  return {
    total: last?.total ?? 0,
    near: last?.near ?? 0,
    remarks: last?.remarks ?? [],
    marked: answers.reduce<readonly string[]>((marked, answer) => union(marked, answer.marked), []),
    pages: new Map(pages.map((page, index) => [page, answers[index]?.rows ?? []])),
  };
}

/** Both lists; the first one itself, if the other brings nothing new. */
function union(one: readonly string[], other: readonly string[]): readonly string[] {
  return other.every((word) => one.includes(word)) ? one : [...new Set([...one, ...other])];
}

/** Whether two pages hold the same repositories in the same order. */
function alike(one: readonly Repository[] | undefined, other: readonly Repository[] | undefined): boolean {
  return one?.length === other?.length && (one ?? []).every((row, index) => row.id === other?.[index]?.id);
}

/** How many rows of a page were not on it before, or were not pushed to since. */
function fresher(now: readonly Repository[] = [], before: readonly Repository[] = []): number {
  const known = new Map(before.map((row) => [row.id, row.pushed_at]));
  return now.filter((row) => known.get(row.id) !== row.pushed_at).length;
}
