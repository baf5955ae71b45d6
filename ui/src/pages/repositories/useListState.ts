import { useLocation, useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Account, RepositoryColumn, RepositorySort } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import { readColumns, type RepositoriesSearch, writeColumns } from "./address";
import { readFilters, writeFilter } from "./filters";

/** What the list is asked for. */
export type ListState = {
  text: string;
  chips: readonly Chip[];
  sort: RepositorySort;
  reverse: boolean;
  columns: readonly RepositoryColumn[];
  /** The id of the view this began with. */
  view: string | undefined;
};

declare module "@tanstack/react-router" {
  interface HistoryState {
    /** Who wrote this address, and how manyeth of its writings it was: then its reader may know it already. */
    writer?: string;
    writing?: number;
  }
}

/** The address is written this long after the last change, so that typing is not slowed by it. */
const SETTLED_MS = 200;

let writers = 0;

/** The list's state, kept in the address. It is read from there on arrival, and when somebody else wrote it. */
export function useListState(search: RepositoriesSearch, accounts: readonly Account[], row: number) {
  const navigate = useNavigate();
  const writer = useLocation({ select: (location) => location.state.writer });
  const writing = useLocation({ select: (location) => location.state.writing ?? 0 });
  const [state, setState] = useState(() => readState(search, accounts));
  const [own] = useState(() => `list-${(writers += 1)}`);
  const [adopted, setAdopted] = useState(search);
  const [known, setKnown] = useState(0);
  // Somebody followed a link to another list, or went back to one. What this page writes comes back here too, once,
  // and is known; what it wrote earlier is another list by now.
  if (search !== adopted) {
    setAdopted(search);
    if (writer === own && writing > known) setKnown(writing);
    else setState(readState(search, accounts));
  }

  const latest = useRef({ state, row });
  useEffect(() => {
    latest.current = { state, row };
  });
  const writings = useRef(0);
  const written = useRef(JSON.stringify(writeState(state, accounts, row)));
  const text = JSON.stringify(writeState(state, accounts, row));
  useEffect(() => {
    if (text === written.current) return;
    const timer = setTimeout(() => {
      written.current = text;
      writings.current += 1;
      void navigate({
        to: "/",
        search: JSON.parse(text) as RepositoriesSearch,
        replace: true,
        state: { writer: own, writing: writings.current },
      });
    }, SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text, navigate, own]);

  return {
    state,
    change: (part: Partial<ListState>) => setState((before) => ({ ...before, ...part })),
    /** The address of this list as it stands, for a page that is opened from it. */
    address: (at: number) => writeState(state, accounts, at),
  };
}

export function readState(search: RepositoriesSearch, accounts: readonly Account[]): ListState {
  const people = (search.account ?? "").split(",").filter(Boolean);
  return {
    text: search.q ?? "",
    chips: [...people.map((value): Chip => ({ field: "account", value, negated: false })), ...readFilters(search.filter ?? "", accounts)],
    sort: search.sort ?? "best",
    reverse: search.reverse ?? false,
    columns: readColumns(search.columns),
    view: search.view,
  };
}

export function writeState(state: ListState, accounts: readonly Account[], row: number): RepositoriesSearch {
  const people = state.chips.filter(isPerson).map((chip) => chip.value);
  const filter = state.chips
    .filter((chip) => !isPerson(chip))
    .map((chip) => writeFilter(chip, accounts))
    .join(" ");
  const columns = writeColumns(state.columns);
  return {
    ...(state.text === "" ? {} : { q: state.text }),
    ...(people.length > 0 ? { account: people.join(",") } : {}),
    ...(filter === "" ? {} : { filter }),
    ...(state.sort === "best" ? {} : { sort: state.sort }),
    ...(state.reverse ? { reverse: true } : {}),
    ...(columns === undefined ? {} : { columns }),
    ...(state.view === undefined ? {} : { view: state.view }),
    ...(row > 0 ? { row } : {}),
  };
}

/** Accounts stand in the address by their ids, as the rail's links have them. */
function isPerson(chip: Chip): boolean {
  return chip.field === "account" && !chip.negated;
}
