import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useId, useMemo, useRef, useState } from "react";
import { useActions, useTarget } from "../../actions/ActionsContext";
import { ACTIONS } from "../../actions/actions";
import { caps, isMac } from "../../actions/keys";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { Icon } from "../../components/Icon";
import { queries } from "../../data/queries";
import { useRows } from "../../data/useRows";
import { Page } from "../../frame/Page";
import type { RepositoryQuery, RepositorySort } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import { wordsOf } from "../../text/marking";
import { accountName } from "../accountName";
import { hostNeeded } from "../hostNeeded";
import { hostsToAsk, sends } from "../hosts/words";
import { ProblemText } from "../ProblemText";
import { moment, number } from "../when";
import { ActionBar } from "./ActionBar";
import type { RepositoriesSearch } from "./address";
import { Chips } from "./Chips";
import { NoAccounts, NoRepositories, NoResult } from "./Empty";
import { asQuery, same, searchedText, takeFilters, withChip, withoutChip, writeFilter } from "./filters";
import { Grid, type GridHandle, rowId } from "./Grid";
import { Inspector } from "./Inspector";
import { useInspectorOpen } from "./inspectorOpen";
import { ColumnMenu, FilterMenu, RowMenu, SelectionMenu, SortMenu } from "./Menus";
import { Owners } from "./Owners";
import { Remarks } from "./Remarks";
import styles from "./RepositoriesPage.module.css";
import { SearchField, type SearchFieldHandle } from "./SearchField";
import { useSuggestions } from "./Suggestions";
import { useListState } from "./useListState";
import { useSelection } from "./useSelection";
import { useViews } from "./useViews";
import { RenameViewDialog, SaveViewDialog } from "./ViewDialog";
import { asOf, SORT_WORDS } from "./words";

/** Every repository of every account: found as one types, filtered, sorted, and at hand. */
export function RepositoriesPage({ search }: { search: RepositoriesSearch }) {
  const list = useQuery(queries.accountList());
  // What the address says about accounts can only be read once they are known.
  if (!list.data) {
    return (
      <Page title="Repositories" titleHidden foot="">
        <ProblemText problem={list.error} />
      </Page>
    );
  }
  return list.data.rows.length === 0 ? <FirstPage /> : <List search={search} />;
}

function FirstPage() {
  const mac = isMac();
  return (
    <Page
      title="Repositories"
      foot="No accounts yet"
      keys={[
        { keys: caps("Mod+n", mac), does: "connect" },
        { keys: caps("Mod+k", mac), does: "do anything" },
      ]}
    >
      <NoAccounts />
    </Page>
  );
}

type OpenMenu = "filter" | "sort" | "columns" | "row" | "more" | "selection";

function List({ search }: { search: RepositoriesSearch }) {
  const accounts = useAccounts();
  const all = useQuery(queries.repositoryCount({})).data;
  const running = useQuery(queries.syncStatus()).data?.running ?? [];
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const navigate = useNavigate();
  const { scene } = useActions();
  const gridId = useId();

  const [current, setCurrent] = useState(search.row ?? 0);
  const { state, change, address } = useListState(search, accounts, current);
  const { text, chips, sort, reverse, columns } = state;
  const searched = searchedText(text);
  const query = useMemo<RepositoryQuery>(
    () => ({ ...asQuery(searched, chips), sort, reverse }),
    [searched, chips, sort, reverse],
  );
  const { store, rows } = useRows(query);
  const total = rows.total ?? 0;
  const words = useMemo(() => wordsOf(rows.marked.join(" ")), [rows.marked]);

  // A new answer begins at its first row. An answer to what the address asked for on arrival keeps the address's row.
  const [answered, setAnswered] = useState(query);
  if (rows.total !== undefined && rows.query !== answered) {
    setAnswered(rows.query);
    if (rows.query === query && answered !== query) setCurrent(0);
  }
  if (total > 0 && current > total - 1) setCurrent(total - 1);
  const row = store.row(current);
  useEffect(() => store.keep(current), [store, current, query]);

  const touched = useRef(false);
  useEffect(() => {
    store.holdWhile(() => touched.current);
  }, [store]);
  useEffect(() => {
    touched.current = false;
  }, [query]);

  const grid = useRef<GridHandle>(null);
  const field = useRef<SearchFieldHandle>(null);
  const filterButton = useRef<HTMLButtonElement>(null);
  const sortButton = useRef<HTMLButtonElement>(null);
  const moreButton = useRef<HTMLButtonElement>(null);
  const back = useRef<HTMLElement | null>(null);
  const [menu, setMenu] = useState<OpenMenu>();
  const [inspecting, setInspecting] = useInspectorOpen();
  const selected = useSelection();
  const selectionButton = useRef<HTMLButtonElement>(null);
  const [owners, setOwners] = useState(false);
  const suggestions = useSuggestions(text, query, accounts);
  const views = useViews(state.view, (view) => change({ view }));

  const arrival = useRef(search.row);
  useEffect(() => {
    // Back from a repository's page: into the list, where one was. Otherwise into the field.
    if (arrival.current === undefined) field.current?.focus();
    else grid.current?.focus();
  }, []);

  function open(index: number) {
    const one = store.row(index);
    if (!one) return;
    const at = address(index);
    // The way back leads to this row, too.
    void navigate({ to: "/", search: { ...at, row: index }, replace: true }).then(() =>
      navigate({ to: "/repositories/$id", params: { id: String(one.id) }, search: { ...at, row: index } }),
    );
  }

  /** Opens what was found. Whoever types faster than the answer comes means the first of the answer. */
  function openFound() {
    if (rows.query === query) open(current);
    else void store.settled().then(() => open(0));
  }

  function openMenu(which: OpenMenu) {
    // What it was opened for stays the current row.
    touched.current = true;
    back.current = document.activeElement instanceof HTMLElement ? document.activeElement : null;
    setMenu(which);
  }

  function showNewer() {
    const id = row?.id;
    touched.current = false;
    void store.showNewer().then(() => {
      const at = id === undefined ? undefined : store.indexOf(id);
      if (at !== undefined) setCurrent(at);
      // Who was further down looks at that row still.
      touched.current = (at ?? current) > 0;
    });
  }

  function extend(from: number, to: number) {
    const [low, high] = from < to ? [from, to] : [to, from];
    const between = Array.from({ length: high - low + 1 }, (_, index) => store.row(low + index));
    const here = between.filter((one) => one !== undefined);
    if (here.length === between.length) selected.add(here);
    else void selected.gather(query, low, high);
  }

  function leaveSelectionThenFilters(): boolean {
    if (selected.selection.size > 0) selected.clear();
    else if (chips.length > 0 || text !== "") change({ chips: [], text: "" });
    else return false;
    return true;
  }

  function type(typed: string) {
    const taken = takeFilters(typed, accounts);
    change({ text: taken.text, ...(taken.chips.length > 0 ? { chips: taken.chips.reduce<Chip[]>(withChip, [...chips]) } : {}) });
  }

  function toggleSort(by: RepositorySort) {
    const now = sort === "best" && searched === "" ? "pushed" : sort;
    change(now === by ? { sort: by, reverse: !reverse } : { sort: by, reverse: false });
  }

  function cloneSelected() {
    scene().openClone({ sources: { kind: "selected", ids: [...selected.selection.keys()] } });
  }

  function act(id: string) {
    const now = scene();
    const action = ACTIONS.find((each) => each.id === id);
    if (action?.when(now)) action.run(now);
  }

  useTarget({
    repository: () => row,
    focusSearch: () => field.current?.focus(),
    list: {
      searched: () => searched,
      selected: () => selected.selection.size,
      toggleInspector: () => setInspecting(!inspecting),
      openFilters: () => openMenu("filter"),
      openSort: () => openMenu("sort"),
      openMenu: () => openMenu("row"),
      toggleSelected: () => row && selected.toggle(row),
      selectAll: () => void selected.gather(query, 0, total - 1),
      clearSelection: selected.clear,
      copySelected: selected.copy,
      openSelected: () => selected.selection.forEach((_, id) => scene().openSite(id)),
      openColumns: () => openMenu("columns"),
      toggleOwners: () => setOwners(!owners),
      view: () => views.current,
      saveView: views.save,
      renameView: views.rename,
      removeView: views.remove,
      cloneSelected,
      cloneAll: () => scene().openClone({ sources: { kind: "all", query } }),
      openCurrent: () => open(current),
      waiting: () => rows.newer > 0,
      showWaiting: showNewer,
    },
  });

  useEscape(leaveSelectionThenFilters);

  const narrowed = searched !== "" || chips.length > 0;
  // Nothing is here yet because it is being read: no filter is to blame for that.
  const asked = chips.filter((chip) => chip.field === "account").map((chip) => chip.value);
  const coming =
    all === 0 || (searched === "" && asked.length === chips.length && asked.every((id) => running.some((each) => each.account === id)));
  const shownSort = !narrowed && sort === "best" ? "pushed" : searched === "" && sort === "best" ? "pushed" : sort;
  const count = rows.total === undefined || all === 0 ? "" : narrowed && all !== undefined ? `${number(total)} of ${number(all)}` : number(total);
  const whoBy = useMemo(() => {
    const people = new Map(
      accounts.map((account) => [account.id, { login: accountName(account), host: hostNeeded(account, accounts), swatch: account.swatch }]),
    );
    return (id: string | undefined) => (id === undefined ? undefined : people.get(id));
  }, [accounts]);

  const above = (
    <div>
      <Chips
        chips={chips}
        accounts={accounts}
        onRemove={(chip) => change({ chips: withoutChip(chips, chip) })}
        onClear={() => change({ chips: [] })}
        count={count}
        said={count === "" ? "" : `${count} ${total === 1 && !narrowed ? "repository" : "repositories"}`}
        end={
          <Button ref={sortButton} variant="quiet" size="small" className={styles.sort} title="Sort (S)" onClick={() => openMenu("sort")}>
            {`By ${SORT_WORDS[shownSort].toLowerCase()}${reverse ? ", reversed" : ""}`}
            <Icon name="down" size="tiny" />
          </Button>
        }
      />
      {rows.total !== undefined && (
        <Remarks
          remarks={rows.remarks}
          near={rows.near}
          total={total}
          onInstead={(remark) => type(`${text.replace(remark.text, remark.instead ?? remark.text)} `)}
        />
      )}
      {rows.error && (
        <div className={styles.trouble}>
          <ProblemText problem={rows.error} />
          <Button size="small" onClick={() => void store.retry()}>
            Try again
          </Button>
        </div>
      )}
    </div>
  );

  return (
    <Page
      title="Repositories"
      titleHidden
      focusElsewhere
      bar={
        <SearchField
          ref={field}
          text={text}
          onText={type}
          gridId={gridId}
          activeRow={total > 0 ? rowId(gridId, current) : undefined}
          onMove={(key) => grid.current?.move(key) ?? false}
          onOpen={openFound}
          onIntoList={() => {
            grid.current?.focus();
            return grid.current !== null;
          }}
          suggestions={suggestions.values}
          onSuggestion={({ chip }) => change({ text: suggestions.before, chips: withChip(chips, chip) })}
          onTakeLastChip={() => {
            const last = chips.at(-1);
            if (last) change({ chips: chips.slice(0, -1), text: writeFilter(last, accounts) });
            return last !== undefined;
          }}
          onFinish={() => {
            const taken = takeFilters(`${text} `, accounts);
            if (taken.chips.length === 0) return false;
            change({ text: taken.text.trimEnd(), chips: taken.chips.reduce<Chip[]>(withChip, [...chips]) });
            return true;
          }}
        />
      }
      actions={
        <>
          <Button
            ref={filterButton}
            icon={<Icon name="plus" size="small" />}
            keys={["F"]}
            aria-haspopup="menu"
            aria-expanded={menu === "filter"}
            onClick={() => openMenu("filter")}
          >
            Filter
          </Button>
          <Button
            icon={<Icon name="side" />}
            aria-pressed={inspecting}
            aria-label="Details"
            title="Details (I)"
            onClick={() => setInspecting(!inspecting)}
          />
        </>
      }
      foot={
        rows.newer > 0 ? (
          <button type="button" className={styles.newer} onClick={showNewer}>
            {`${number(rows.newer)} newer, R`}
          </button>
        ) : (
          <>
            {asOf(accounts, rows.total ?? 0, { moment: (at) => moment(at, new Date()), number })}
            {searched !== "" && hostsToAsk(accounts).length > 0 && (
              <button type="button" className={styles.newer} title={sends(searched, accounts)} onClick={() => scene().searchHosts(searched)}>
                {`Search the hosts for “${searched}”`}
              </button>
            )}
          </>
        )
      }
      keys={[
        { keys: ["↵"], does: "open" },
        { keys: ["X"], does: "select" },
        { keys: ["C"], does: "copy address" },
        { keys: ["?"], does: "all keys", optional: true },
      ]}
      footBar={
        selected.selection.size > 0 || selected.busy !== undefined ? (
          <ActionBar
            count={selected.selection.size}
            busy={selected.busy}
            onClone={cloneSelected}
            onCopy={() => selected.copy()}
            onMore={() => openMenu("selection")}
            moreRef={selectionButton}
            onClear={selected.clear}
          />
        ) : undefined
      }
    >
      <div className={classes(styles.split, owners && styles.owned, inspecting && rows.total !== 0 && styles.beside)}>
        {owners && (
          <Owners
            query={query}
            chips={chips}
            onToggle={(chip) => change({ chips: chips.some((each) => same(each, chip)) ? withoutChip(chips, chip) : withChip(chips, chip) })}
            onLeave={() => grid.current?.focus()}
          />
        )}
        {rows.error && rows.total === undefined ? (
          <div className={styles.empty}>{above}</div>
        ) : rows.total === 0 ? (
          <div className={styles.empty}>
            {above}
            {narrowed && !coming ? (
              <NoResult text={searched} chips={chips} accounts={accounts} onText={(next) => change({ text: next })} onChips={(next) => change({ chips: next })} />
            ) : (
              <NoRepositories accounts={accounts} running={running} />
            )}
          </div>
        ) : (
          <Grid
            ref={grid}
            id={gridId}
            store={store}
            rows={rows}
            current={current}
            onCurrent={setCurrent}
            onOpen={open}
            onMenu={() => openMenu("row")}
            selection={selected.selection}
            onToggle={(index) => {
              const one = store.row(index);
              if (one) selected.toggle(one);
            }}
            onExtend={extend}
            onTouch={() => {
              touched.current = true;
            }}
            words={words}
            who={whoBy}
            letters={letters}
            sort={{ by: shownSort, reverse }}
            onSort={toggleSort}
            columns={columns}
            above={above}
          />
        )}
        {inspecting && rows.total !== 0 && (
          <Inspector
            row={row}
            accounts={accounts}
            onClone={() => act("clone")}
            onCopy={() => act("copy-address")}
            onSite={() => act("open-site")}
            onMenu={() => openMenu("more")}
            onClose={() => {
              setInspecting(false);
              grid.current?.focus();
            }}
            moreRef={moreButton}
          />
        )}
      </div>
      <FilterMenu open={menu === "filter"} onClose={() => setMenu(undefined)} anchor={filterButton} focusAfter={back} chips={chips} onChips={(next) => change({ chips: next })} query={query} accounts={accounts} />
      <SortMenu
        open={menu === "sort"}
        onClose={() => setMenu(undefined)}
        anchor={sortButton}
        focusAfter={back}
        sort={sort}
        reverse={reverse}
        searching={searched !== ""}
        onSort={(next) => change({ sort: next })}
        onReverse={(next) => change({ reverse: next })}
      />
      <ColumnMenu
        open={menu === "columns"}
        onClose={() => setMenu(undefined)}
        anchor={sortButton}
        focusAfter={back}
        columns={columns}
        onColumns={(next) => change({ columns: next })}
      />
      {menu === "selection" && <SelectionMenu open onClose={() => setMenu(undefined)} anchor={selectionButton} focusAfter={back} />}
      {views.dialog === "save" && (
        <SaveViewDialog state={state} accounts={accounts} first={views.current?.name ?? ""} onSaved={(view) => change({ view: view.id })} onClose={views.close} />
      )}
      {views.dialog === "rename" && views.current && <RenameViewDialog view={views.current} onClose={views.close} />}
      {(menu === "row" || menu === "more") && (
        <RowMenu
          open
          onClose={() => setMenu(undefined)}
          anchor={menu === "more" ? moreButton : () => grid.current?.rowElement() ?? null}
          focusAfter={back}
        />
      )}
    </Page>
  );
}

function useAccounts() {
  const rows = useQuery(queries.accountList()).data?.rows;
  return useMemo(() => rows ?? [], [rows]);
}

/** `Esc` in the list and beside it, where nothing nearer takes it. */
function useEscape(leave: () => boolean) {
  const latest = useRef(leave);
  useLayoutEffect(() => {
    latest.current = leave;
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest("[role=dialog], [role=menu], input")) return;
      if (latest.current()) event.preventDefault();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}
