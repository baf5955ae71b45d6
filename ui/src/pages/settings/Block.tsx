import { type ReactNode, useId } from "react";
import styles from "./SettingsPage.module.css";

/** One matter of a section. */
export function Block({ title, end, children }: { title: string; end?: ReactNode; children: ReactNode }) {
  const id = useId();
  return (
    <section className={styles.section} aria-labelledby={id}>
      <h2 id={id}>
        {title}
        {end && <span className={styles.end}>{end}</span>}
      </h2>
      {children}
    </section>
  );
}

/** One thing that can be set or done, with a sentence about it. */
export function Line({ title, note, children }: { title: string; note?: ReactNode; children?: ReactNode }) {
  return (
    <li>
      <span>
        <span className={note ? styles.strong : undefined}>{title}</span>
        {note && <span className={styles.note}>{note}</span>}
      </span>
      <span className={styles.actions}>{children}</span>
    </li>
  );
}
