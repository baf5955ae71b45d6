import { memo } from "react";
import { classes } from "../../components/classes";
import { Icon } from "../../components/Icon";
import { Marked } from "../../components/Marked";
import { Swatch } from "../../components/Swatch";
import { VisibilityIcon } from "../../components/VisibilityIcon";
import type { Repository, RepositoryColumn } from "../../ipc/bindings";
import { since, size } from "../../text/when";
import styles from "./Grid.module.css";

/** An account as a row shows it. */
export type Who = { login: string; host: string | undefined; swatch: number };

/** One repository, one line. Knows no handler: the grid hears for all rows. */
export const Row = memo(function Row({
  row,
  index,
  top,
  id,
  current,
  selected,
  words,
  who,
  now,
  columns,
}: {
  row: Repository;
  index: number;
  top: number;
  id: string;
  current: boolean;
  selected: boolean;
  words: readonly string[];
  who: Who | undefined;
  now: Date;
  columns: readonly RepositoryColumn[];
}) {
  return (
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={selected}
      data-index={index}
      className={classes(styles.row, current && styles.current, row.archived && styles.archived)}
      style={{ transform: `translateY(${top}px)` }}
    >
      <span role="gridcell" className={styles.pick}>
        <span role="checkbox" aria-checked={selected} aria-label={`Select ${row.full_name}`} data-pick className={styles.box}>
          {selected && <Icon name="check" size="tiny" />}
        </span>
      </span>
      <span role="gridcell" className={styles.name}>
        <VisibilityIcon visibility={row.visibility} />
        <span className={styles.full} data-name>
          <span className={styles.owner}>
            <Marked text={`${row.owner}/`} words={words} />
          </span>
          <span className={styles.own}>
            <Marked text={row.name} words={words} />
          </span>
        </span>
        {row.archived && <span className={styles.tag}>archived</span>}
        {row.fork && <span className={styles.tag}>fork</span>}
        {row.template && <span className={styles.tag}>template</span>}
      </span>
      {columns.map((column) => (
        <span key={column} role="gridcell" className={styles[column]}>
          <Cell column={column} row={row} words={words} who={who} now={now} />
        </span>
      ))}
    </div>
  );
});

function Cell({ column, row, words, who, now }: { column: RepositoryColumn; row: Repository; words: readonly string[]; who: Who | undefined; now: Date }) {
  switch (column) {
    case "description":
      return row.description !== null && <Marked text={row.description} words={words} />;
    case "language":
      return row.language;
    case "account":
      return (
        who && (
          <>
            <Swatch colour={who.swatch} />
            <span className={styles.cut}>
              {who.login}
              {who.host !== undefined && <span className={styles.host}>{` ${who.host}`}</span>}
            </span>
          </>
        )
      );
    case "size":
      return size(row.size_kib);
    case "created":
      return row.created_at !== null && since(new Date(row.created_at), now);
    case "pushed":
      return row.pushed_at !== null && since(new Date(row.pushed_at), now);
  }
}
