import { type ReactNode, type Ref, useEffect } from "react";
import { Mark } from "../../components/Mark";
import styles from "./Alone.module.css";

/** A page that has the window to itself: no rail, one thing to do. */
export function Alone({
  mark,
  title,
  lead,
  children,
  foot,
  end,
  titleRef,
  onEscape,
}: {
  mark: "open" | "locked";
  title: string;
  lead: ReactNode;
  children?: ReactNode;
  foot: string;
  end?: ReactNode;
  titleRef?: Ref<HTMLHeadingElement>;
  onEscape?: () => void;
}) {
  useEffect(() => {
    if (!onEscape) return;
    const hear = (event: KeyboardEvent) => {
      if (event.key === "Escape" && !event.defaultPrevented) onEscape();
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [onEscape]);
  return (
    <div className={styles.alone}>
      <main className={styles.mid}>
        <Mark state={mark} className={styles.mark} />
        <h1 className={styles.title} tabIndex={-1} {...(titleRef ? { ref: titleRef } : {})}>
          {title}
        </h1>
        <p className={styles.lead}>{lead}</p>
        {children && <div className={styles.body}>{children}</div>}
      </main>
      <footer className={styles.foot}>
        <span>{foot}</span>
        {end && (
          <span className={styles.end} data-selectable>
            {end}
          </span>
        )}
      </footer>
    </div>
  );
}
