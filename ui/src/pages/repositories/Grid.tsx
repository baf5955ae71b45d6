import { useVirtualizer } from "@tanstack/react-virtual";
import { type KeyboardEvent, type MouseEvent, type ReactNode, type Ref, useEffect, useImperativeHandle, useRef, useState } from "react";
import { classes } from "../../components/classes";
import type { Rows, RowStore } from "../../data/rows";
import type { RepositoryColumn, RepositorySort } from "../../ipc/bindings";
import { columnWidths } from "./columns";
import styles from "./Grid.module.css";
import { destination } from "./moves";
import { Row, type Who } from "./Row";
import type { Selection } from "./selection";
import { COLUMN_WORDS } from "./words";

const OVERSCAN = 8;

export type GridHandle = {
  focus(): void;
  /** Moves the current row by a key, wherever the focus is. Answers whether it was a key of moving. */
  move(key: string): boolean;
  rowElement(): Element | null;
};

/** All repositories that match, of which only those in view exist. One tab stop; the keys move the current row. */
export function Grid({
  id,
  store,
  rows,
  current,
  onCurrent,
  onOpen,
  onMenu,
  selection,
  onToggle,
  onExtend,
  onTouch,
  words,
  who,
  letters,
  sort,
  onSort,
  columns,
  above,
  ref,
}: {
  id: string;
  store: RowStore;
  rows: Rows;
  current: number;
  onCurrent: (index: number) => void;
  onOpen: (index: number) => void;
  onMenu: (index: number) => void;
  selection: Selection;
  onToggle: (index: number) => void;
  /** Selects everything between two rows. */
  onExtend: (from: number, to: number) => void;
  /** Somebody looks at particular rows from now on. */
  onTouch: () => void;
  words: readonly string[];
  who: (account: string | undefined) => Who | undefined;
  letters: boolean;
  sort: { by: RepositorySort; reverse: boolean };
  onSort: (by: RepositorySort) => void;
  /** The columns beside the name, in order. */
  columns: readonly RepositoryColumn[];
  /** The chips and the count. */
  above: ReactNode;
  ref: Ref<GridHandle>;
}) {
  const grid = useRef<HTMLDivElement>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const rowHeight = useRowHeight();
  const now = useNow();
  const total = rows.total ?? 0;
  const virtual = useVirtualizer({
    count: total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: OVERSCAN,
    initialOffset: () => Math.max(0, (current - 4) * rowHeight),
  });
  useEffect(() => virtual.measure(), [virtual, rowHeight]);

  const items = virtual.getVirtualItems();
  const first = items[0]?.index ?? 0;
  const last = items.at(-1)?.index ?? -1;
  useEffect(() => {
    if (last >= first) store.want(first, last);
  }, [store, first, last, rows]);
  const view = last >= first ? store.view(first, last, virtual.scrollOffset ?? 0) : { first: 0, rows: [], shift: 0 };

  // Another search begins at its top; a row that is still there keeps its place.
  const [query, setQuery] = useState(rows.query);
  const changed = query !== rows.query;
  if (changed) setQuery(rows.query);
  useEffect(() => {
    if (scroller.current && current === 0) scroller.current.scrollTop = 0;
    // Only when an answer to another query is shown; not when the person comes back to the first row.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [query]);

  const perPage = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1);

  function goTo(index: number) {
    onTouch();
    onCurrent(index);
    virtual.scrollToIndex(index);
  }

  function move(key: string, extend = false, single = false): boolean {
    const to = destination(key, current, total, perPage(), single && letters);
    if (to === undefined) return false;
    if (extend) onExtend(current, to);
    goTo(to);
    return true;
  }

  useImperativeHandle(ref, () => ({
    focus: () => grid.current?.focus({ preventScroll: true }),
    move,
    rowElement: () => document.getElementById(rowId(id, current)) ?? scroller.current,
  }));

  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== event.currentTarget) return;
    if (!move(event.key, event.shiftKey, true)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onClick(event: MouseEvent<HTMLDivElement>) {
    const target = event.target as Element;
    const index = indexOf(target);
    if (index === undefined) return;
    onTouch();
    if (event.shiftKey) onExtend(current, index);
    else if (event.ctrlKey || event.metaKey || target.closest("[data-pick]")) onToggle(index);
    onCurrent(index);
  }

  return (
    <section className={styles.list} aria-label="List">
      {above}
      <div
        ref={grid}
        id={id}
        role="grid"
        aria-label="Repositories"
        aria-multiselectable="true"
        aria-rowcount={total + 1}
        aria-activedescendant={total > 0 ? rowId(id, current) : undefined}
        tabIndex={0}
        data-list
        data-region="list"
        className={styles.grid}
        style={columnWidths(columns)}
        onKeyDown={onKeyDown}
      >
        <Heads sort={sort} onSort={onSort} columns={columns} />
        {/* The keys are the grid's, which has the focus; here are only the pointer's. */}
        {/* eslint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions */}
        <div
          ref={scroller}
          className={classes(styles.rows, selection.size > 0 && styles.picking)}
          onClick={onClick}
          onDoubleClick={(event) => {
            const index = indexOf(event.target as Element);
            if (index !== undefined) onOpen(index);
          }}
          onContextMenu={(event) => {
            const index = indexOf(event.target as Element);
            if (index === undefined) return;
            event.preventDefault();
            onTouch();
            onCurrent(index);
            onMenu(index);
          }}
          onScroll={() => {
            // Away from the top means looking at something.
            if ((scroller.current?.scrollTop ?? 0) > 0) onTouch();
          }}
        >
          <div className={styles.all} role="rowgroup" style={{ height: virtual.getTotalSize() }}>
            {view.rows.map((row, at) => {
              const index = view.first + at;
              return (
                <Row
                  key={index}
                  row={row}
                  index={index}
                  id={rowId(id, index)}
                  top={index * rowHeight + view.shift}
                  current={index === current}
                  selected={selection.has(row.id)}
                  words={words}
                  who={who(row.accounts[0])}
                  columns={columns}
                  now={now}
                />
              );
            })}
          </div>
        </div>
      </div>
    </section>
  );
}

/** What a column is sorted by, and which way its order goes by itself. */
const SORTED: Partial<Record<RepositoryColumn, RepositorySort>> = { size: "size", created: "created", pushed: "pushed" };

function Heads({
  sort,
  onSort,
  columns,
}: {
  sort: { by: RepositorySort; reverse: boolean };
  onSort: (by: RepositorySort) => void;
  columns: readonly RepositoryColumn[];
}) {
  const sortable = (by: RepositorySort, text: string, upwards: boolean, className?: string) => (
    <span
      key={by}
      role="columnheader"
      aria-sort={sort.by === by ? (upwards === sort.reverse ? "descending" : "ascending") : "none"}
      className={classes(styles.column, className)}
    >
      <button type="button" onClick={() => onSort(by)} title={`Sort by ${text.toLowerCase()}`}>
        {text}
      </button>
    </span>
  );
  return (
    <div role="row" aria-rowindex={1} className={styles.head}>
      <span role="columnheader" aria-label="Selected" />
      {sortable("name", "Repository", true)}
      {columns.map((column) => {
        const by = SORTED[column];
        if (by) return sortable(by, COLUMN_WORDS[column], false, classes(styles.end, styles[column]));
        return (
          <span key={column} role="columnheader" className={styles[column]}>
            {COLUMN_WORDS[column]}
          </span>
        );
      })}
    </div>
  );
}

export function rowId(grid: string, index: number): string {
  return `${grid}-row-${index}`;
}

function indexOf(target: Element): number | undefined {
  const row = target.closest<HTMLElement>("[data-index]");
  return row ? Number(row.dataset.index) : undefined;
}

/** The height of a row in pixels, by the density and the size of the person's letters. */
function useRowHeight(): number {
  const [height, setHeight] = useState(readRowHeight);
  useEffect(() => {
    const read = () => setHeight(readRowHeight());
    const watch = new MutationObserver(read);
    watch.observe(document.documentElement, { attributes: true, attributeFilter: ["data-density"] });
    addEventListener("resize", read);
    return () => {
      watch.disconnect();
      removeEventListener("resize", read);
    };
  }, []);
  return height;
}

function readRowHeight(): number {
  const style = getComputedStyle(document.documentElement);
  const rems = parseFloat(style.getPropertyValue("--row")) || 2;
  return rems * (parseFloat(style.fontSize) || 16);
}

/** The time, anew each minute, so that "35 min" does not grow old. */
function useNow(): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden) setNow(new Date());
    }, 60_000);
    return () => clearInterval(timer);
  }, []);
  return now;
}
