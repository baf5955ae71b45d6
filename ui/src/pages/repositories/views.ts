/** Views: a list's words, filters, order and columns under a name. */
import type { Account, SavedView, SaveView } from "../../ipc/bindings";
import { type RepositoriesSearch, USUAL } from "./address";
import { readFilters, searchedText, takeFilters, writeFilter } from "./filters";
import { type ListState, writeState } from "./useListState";

/** What a view shows. What in it is no filter any more stays as it is written: it is no word that is being typed. */
export function stateOf(view: SavedView, accounts: readonly Account[]): ListState {
  const { text } = takeFilters(`${view.query} `, accounts);
  return {
    text: searchedText(text.trim()) === text.trim() ? text.trim() : `${text.trim()} `,
    chips: readFilters(view.query, accounts),
    sort: view.sort,
    reverse: view.reverse,
    columns: view.columns.length === 0 ? USUAL : view.columns,
    view: view.id,
  };
}

/** The address that shows a view. */
export function addressOf(view: SavedView, accounts: readonly Account[]): RepositoriesSearch {
  return writeState(stateOf(view, accounts), accounts, 0);
}

/** A list as it is kept: what it shows, without a filter that is still being typed. */
export function toSave(name: string, state: ListState, accounts: readonly Account[], replace: boolean): SaveView {
  const query = [searchedText(state.text), ...state.chips.map((chip) => writeFilter(chip, accounts))].filter((part) => part !== "").join(" ");
  return { name, query, sort: state.sort, reverse: state.reverse, columns: [...state.columns], replace };
}
