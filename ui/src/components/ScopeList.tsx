import { classes } from "./classes";
import { Icon } from "./Icon";
import styles from "./ScopeList.module.css";

export type ScopeLine = {
  name: string;
  sentence: string;
  state: "asked" | "granted" | "refused" | "not_asked";
};

/**
 * What an account may do, as sentences. `ledger` is for reading what was granted, with the raw names;
 * `short` for deciding beforehand. Check: yes; triangle: asked and refused; dash: never asked.
 */
export function ScopeList({
  scopes,
  look,
  label,
  notAsked = "never asked for",
}: {
  scopes: readonly ScopeLine[];
  look: "ledger" | "short";
  label: string;
  /** What is said of one that is not asked for. */
  notAsked?: string;
}) {
  const words = { asked: "", granted: "", refused: "asked for, not granted", not_asked: notAsked };
  return (
    <ul className={classes(styles.scopes, styles[look])} aria-label={label}>
      {scopes.map((scope) => (
        <li key={scope.name} data-state={scope.state}>
          <Icon
            name={scope.state === "refused" ? "warn" : scope.state === "not_asked" ? "minus" : "check"}
            className={styles.mark}
          />
          <span className={styles.sentence}>
            {scope.sentence}
            {words[scope.state] && <span className={styles.words}>{`: ${words[scope.state]}`}</span>}
          </span>
          {look === "ledger" && <code className={styles.raw}>{scope.name}</code>}
        </li>
      ))}
    </ul>
  );
}
