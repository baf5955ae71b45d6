import type { ReactNode } from "react";
import styles from "./FactList.module.css";

export type Fact = { term: string; detail: ReactNode; mono?: boolean };

/** What is known about one thing: a word, and what it is. */
export function FactList({ facts }: { facts: readonly Fact[] }) {
  return (
    <dl className={styles.facts}>
      {facts.map((fact) => (
        <div key={fact.term} className={styles.fact}>
          <dt>{fact.term}</dt>
          <dd className={fact.mono ? styles.mono : undefined}>{fact.detail}</dd>
        </div>
      ))}
    </dl>
  );
}
