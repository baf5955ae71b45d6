import { createPortal } from "react-dom";
import { LOCALE } from "../../text/locale";
import styles from "./RecoverySheet.module.css";

/** What is put on paper: the code, whose it is, and of when. On the screen nothing of it is seen. */
export function RecoverySheet({ groups, folder, made }: { groups: readonly string[]; folder: string; made: Date }) {
  return createPortal(
    <div className={styles.sheet} data-print aria-hidden="true">
      <h1 className={styles.title}>Recovery code of a Drawbridge vault</h1>
      <ol className={styles.groups}>
        {groups.map((group, index) => (
          <li key={index} className={styles.group}>
            <code>{group}</code>
            {index + 1}
          </li>
        ))}
      </ol>
      <dl className={styles.facts}>
        <dt>Vault folder</dt>
        <dd>{folder}</dd>
        <dt>Made</dt>
        <dd>{made.toLocaleDateString(LOCALE, { dateStyle: "long" })}</dd>
      </dl>
    </div>,
    document.body,
  );
}
