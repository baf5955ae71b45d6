import { type ReactNode, useEffect, useRef } from "react";
import { moveInRows } from "./rows";

/**
 * The rows of a page, walked by keys. Who comes to the page is in its first row as soon as there is one, so that
 * arrows and `Enter` do what the foot says, unless they have gone on to something else meanwhile.
 *
 * Not here: the inventory's grid, which holds more rows than a page can.
 */
export function RowGrid({
  label,
  count,
  letters,
  children,
}: {
  label: string;
  count: number | undefined;
  /** Whether single letters are keys. */
  letters: boolean;
  children: ReactNode;
}) {
  const grid = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const focus = document.activeElement;
    if (focus !== null && focus !== document.body && focus.tagName !== "H1") return;
    grid.current?.querySelector<HTMLElement>("[role=row][tabindex='0']")?.focus({ preventScroll: true });
  }, []);
  return (
    <div ref={grid} role="grid" tabIndex={-1} aria-label={label} aria-rowcount={count} onKeyDown={(event) => moveInRows(event, letters)}>
      {children}
    </div>
  );
}
