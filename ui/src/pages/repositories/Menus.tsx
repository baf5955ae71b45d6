import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useState } from "react";
import type { Action, ActionGroup } from "../../actions/action";
import { ACTIONS } from "../../actions/actions";
import { useActions } from "../../actions/ActionsContext";
import { caps, isMac } from "../../actions/keys";
import { Icon } from "../../components/Icon";
import { Menu, MenuBranch, MenuCheck, MenuChoices, MenuItem, MenuNote, MenuRule } from "../../components/Menu";
import { Swatch } from "../../components/Swatch";
import { VISIBILITY_WORDS } from "../../components/VisibilityIcon";
import { queries } from "../../data/queries";
import type { Account, Facet, RepositoryColumn, RepositoryQuery, RepositorySort } from "../../ipc/bindings";
import { type Chip, FIELDS } from "../../text/filterText";
import { number } from "../when";
import { COLUMNS, USUAL } from "./address";
import { chipWords, same, timeWords, withChip, withoutChip } from "./filters";
import styles from "./Menus.module.css";
import { COLUMN_WORDS, FIELD_WORDS, SORT_WORDS } from "./words";

type Common = { open: boolean; onClose: () => void; anchor: RefObject<Element | null> | (() => Element | null); focusAfter: RefObject<HTMLElement | null> };

/** As many values as a menu shows; of most fields the keeper counts no more. */
const MOST = 200;

/** Where to look for what no filter brings. */
const NOT_LISTED: ReadonlySet<string> = new Set(["why-missing", "removed"]);

/** Fields, then their values with how many repositories each would leave. */
export function FilterMenu({
  chips,
  onChips,
  query,
  accounts,
  ...menu
}: Common & { chips: readonly Chip[]; onChips: (chips: Chip[]) => void; query: RepositoryQuery; accounts: readonly Account[] }) {
  const client = useQueryClient();
  const { open } = menu;
  useEffect(() => {
    // By the time a field is chosen, its values are here.
    if (open) for (const field of FIELDS) client.query(queries.repositoryFacets(field, query)).catch(() => undefined);
  }, [open, client, query]);
  return (
    <Menu label="Filter" align="end" {...menu}>
      {FIELDS.filter((field) => field !== "account" || accounts.length > 1).map((field) => (
        <MenuBranch key={field} text={FIELD_WORDS[field]}>
          <Values field={field} chips={chips} onChips={onChips} query={query} accounts={accounts} />
        </MenuBranch>
      ))}
      {chips.length > 0 && (
        <>
          <MenuRule />
          <MenuItem icon={<Icon name="x" />} onChoose={() => onChips([])}>
            Clear all filters
          </MenuItem>
        </>
      )}
      <MenuRule />
      <ActionItems which={(action) => NOT_LISTED.has(action.id)} />
    </Menu>
  );
}

function Values({
  field,
  chips,
  onChips,
  query,
  accounts,
}: {
  field: Facet;
  chips: readonly Chip[];
  onChips: (chips: Chip[]) => void;
  query: RepositoryQuery;
  accounts: readonly Account[];
}) {
  // The counts of the moment of opening: choosing one must not make the others move.
  const [asked] = useState(query);
  const { data, error } = useQuery(queries.repositoryFacets(field, asked));
  if (error) return <MenuNote>{error.message}</MenuNote>;
  if (!data) return <MenuNote>Counting…</MenuNote>;
  if (data.values.length === 0) return <MenuNote>Nothing here has one.</MenuNote>;
  const shown = data.values.slice(0, MOST).map(({ value, count }) => {
    const chip: Chip = { field, value, negated: false };
    const words = valueWords(chip, accounts);
    const on = chips.some((each) => same(each, chip));
    return (
      <MenuCheck
        key={value}
        checked={on}
        label={words}
        onChange={(checked) => onChips(checked ? withChip(chips, chip) : withoutChip(chips, chip))}
        end={number(count)}
      >
        {field === "account" && (
          <span className={styles.swatch}>
            <Swatch colour={accounts.find((each) => each.id === value)?.swatch ?? 0} />
          </span>
        )}
        {words}
      </MenuCheck>
    );
  });
  return (
    <>
      {shown}
      {data.values.length >= MOST && <MenuNote>These are the most frequent. Others are found by typing “{field}:” into the search.</MenuNote>}
    </>
  );
}

function valueWords(chip: Chip, accounts: readonly Account[]): string {
  switch (chip.field) {
    case "visibility":
      return VISIBILITY_WORDS[chip.value as keyof typeof VISIBILITY_WORDS];
    case "archived":
      return chip.value === "yes" ? "Only archived" : "Not archived";
    case "fork":
      return chip.value === "yes" ? "Only forks" : "Not forks";
    case "template":
      return chip.value === "yes" ? "Only templates" : "Not templates";
    case "pushed":
      return timeWords(chip.value).replace(/^in/, "In");
    default:
      return chipWords(chip, accounts).value;
  }
}

const SORTS: readonly RepositorySort[] = ["best", "pushed", "name", "size", "created"];

/** The orders of the list. Best match is one while there are words to match. */
export function SortMenu({
  sort,
  reverse,
  searching,
  onSort,
  onReverse,
  ...menu
}: Common & {
  sort: RepositorySort;
  reverse: boolean;
  searching: boolean;
  onSort: (sort: RepositorySort) => void;
  onReverse: (reverse: boolean) => void;
}) {
  return (
    <Menu label="Sort" align="end" {...menu}>
      <MenuChoices
        value={!searching && sort === "best" ? "pushed" : sort}
        onChange={onSort}
        choices={SORTS.filter((each) => searching || each !== "best").map((value) => ({ value, label: SORT_WORDS[value] }))}
      />
      <MenuRule />
      <MenuCheck checked={reverse} onChange={onReverse} label="The other way round">
        The other way round
      </MenuCheck>
    </Menu>
  );
}

/** The columns beside the name. */
export function ColumnMenu({ columns, onColumns, ...menu }: Common & { columns: readonly RepositoryColumn[]; onColumns: (columns: readonly RepositoryColumn[]) => void }) {
  return (
    <Menu label="Columns" align="end" {...menu}>
      {COLUMNS.map((column) => (
        <MenuCheck
          key={column}
          checked={columns.includes(column)}
          label={COLUMN_WORDS[column]}
          onChange={(checked) => onColumns(COLUMNS.filter((each) => (each === column ? checked : columns.includes(each))))}
        >
          {COLUMN_WORDS[column]}
        </MenuCheck>
      ))}
      <MenuRule />
      <MenuItem onChoose={() => onColumns(USUAL)}>The usual ones</MenuItem>
    </Menu>
  );
}

/** What can be done with the current row: the actions about a repository, by the same names and keys. */
export function RowMenu(menu: Common) {
  return <GroupMenu group="This repository" label="This repository" {...menu} />;
}

/** What can be done with all that is selected. */
export function SelectionMenu(menu: Common) {
  return <GroupMenu group="The selection" label="With the selected repositories" {...menu} />;
}

function GroupMenu({ group, label, ...menu }: Common & { group: ActionGroup; label: string }) {
  return (
    <Menu label={label} {...menu}>
      <ActionItems which={(action) => action.group === group} />
    </Menu>
  );
}

/** Some of the actions that can be done now, by the same names and keys as everywhere. */
function ActionItems({ which }: { which: (action: Action) => boolean }) {
  const { scene } = useActions();
  const mac = isMac();
  const now = scene();
  return ACTIONS.filter((action) => which(action) && action.when(now)).map((action) => (
    <MenuItem
      key={action.id}
      icon={<Icon name={action.icon} />}
      keys={action.shortcuts?.[0] === undefined ? [] : caps(action.shortcuts[0], mac)}
      onChoose={() => action.run(scene())}
    >
      {action.label(now)}
    </MenuItem>
  ));
}
