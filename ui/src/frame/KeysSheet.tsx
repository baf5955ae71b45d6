import { useRef } from "react";
import { JOINING, keyGroups } from "../actions/keyGroups";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import styles from "./KeysSheet.module.css";

/** All keys at a glance. */
export function KeysSheet({ open, onClose }: { open: boolean; onClose: () => void }) {
  // The first thing in it: the focus on the button at the end would scroll past everything.
  const top = useRef<HTMLDivElement>(null);
  return (
    <Dialog open={open} onClose={onClose} title="All keys" initialFocus={top} actions={<Button onClick={onClose}>Close</Button>}>
      <div ref={top} tabIndex={-1} className={styles.groups}>
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
                        JOINING.has(key) ? (
                          <span key={index} className={styles.or}>
                            {key}
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
