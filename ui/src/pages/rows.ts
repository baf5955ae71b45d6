import type { KeyboardEvent } from "react";

/**
 * Moves the focus among the rows of a page: arrows, `Home`, `End`, and `J`, `K` where letters are on.
 * One row is in the tab order, the one that was last reached.
 */
export function moveInRows(event: KeyboardEvent<HTMLElement>, letters: boolean): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const target = event.target as HTMLElement;
  if (target.closest("input, select, textarea")) return;
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>("[role=row][tabindex]")];
  const current = rows.findIndex((row) => row.contains(target));
  const to = destination(event.key, current, rows.length, letters);
  const row = to === undefined ? undefined : rows[to];
  if (!row) return;
  event.preventDefault();
  for (const each of rows) each.tabIndex = each === row ? 0 : -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
}

/** Where a key leads from the row `current` (-1: from above the list) of `count`. */
export function destination(key: string, current: number, count: number, letters: boolean): number | undefined {
  if (count === 0) return undefined;
  const name = letters ? (key.toLowerCase() === "j" ? "ArrowDown" : key.toLowerCase() === "k" ? "ArrowUp" : key) : key;
  switch (name) {
    case "ArrowDown":
      return Math.min(current + 1, count - 1);
    case "ArrowUp":
      return Math.max(current - 1, 0);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
