import { keyGroups } from "../actions/keyGroups";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import styles from "./KeysSheet.module.css";

/** All keys at a glance. */
export function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  return (
    <Dialog open={open} onClose={onClose} title="All keys" actions={<Button onClick={onClose}>Close</Button>}>
      <div className={styles.groups}>
        {open &&
          keyGroups().map((group) => (
            <section key={group.title} aria-label={group.title}>
              <h3 className={styles.title}>{group.title}</h3>
              <dl className={styles.lines}>
                {group.keys.map((line) => (
                  <div key={line.label + line.keys.join()} className={styles.line}>
                    <dt>{line.label}</dt>
                    <dd>
                      {line.keys.map((key, index) =>
                        key === "or" ? (
                          <span key={index} className={styles.or}>
                            or
                          </span>
                        ) : (
                          <kbd key={index}>{key}</kbd>
                        ),
                      )}
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
      </div>
    </Dialog>
  );
}
