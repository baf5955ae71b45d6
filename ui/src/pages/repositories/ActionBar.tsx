import { type KeyboardEvent, type RefObject, useRef } from "react";
import { Button } from "../../components/Button";
import { number } from "../when";
import styles from "./ActionBar.module.css";

/** In place of the foot from the first selected row: how many, and what can be done with them. */
export function ActionBar({
  count,
  busy,
  onClone,
  onCopy,
  onMore,
  moreRef,
  onClear,
}: {
  count: number;
  busy: string | undefined;
  onClone: () => void;
  onCopy: () => void;
  /** What else can be done with them. */
  onMore: () => void;
  moreRef: RefObject<HTMLButtonElement | null>;
  onClear: () => void;
}) {
  const bar = useRef<HTMLDivElement>(null);
  function onKeyDown(event: KeyboardEvent<HTMLDivElement>) {
    if (event.key === "Escape") onClear();
    else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      const buttons = [...(bar.current?.querySelectorAll("button") ?? [])];
      const onwards = (event.key === "ArrowRight") !== (getComputedStyle(event.currentTarget).direction === "rtl");
      const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
      buttons[(at + (onwards ? 1 : -1) + buttons.length) % buttons.length]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
  return (
    <div ref={bar} role="toolbar" tabIndex={-1} aria-label="With the selected repositories" className={styles.bar} data-region="selection" onKeyDown={onKeyDown}>
      <b className={styles.count} role="status">{`${number(count)} selected`}</b>
      {busy !== undefined && <span className={styles.busy}>{busy}</span>}
      <Button variant="primary" onClick={onClone}>{`Clone ${number(count)}…`}</Button>
      <Button onClick={onCopy}>
        {count === 1 ? "Copy address" : "Copy addresses"}
      </Button>
      <Button ref={moreRef} aria-haspopup="menu" onClick={onMore}>
        More…
      </Button>
      <Button variant="quiet" keys={["Esc"]} onClick={onClear}>
        Clear
      </Button>
    </div>
  );
}
