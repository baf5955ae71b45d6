import { type ReactNode, useEffect, useState } from "react";
import { Button } from "./Button";
import { HealthLight, type Light } from "./HealthLight";
import { Icon } from "./Icon";
import styles from "./Toast.module.css";

/** A toast without an action goes away after this long, unless the pointer or the focus is on it. */
const STAYS_MS = 6000;

/** What finished or failed away from the eye: one cause, one action. Never takes the focus. */
export function Toast({
  light,
  title,
  children,
  action,
  count = 1,
  onClose,
}: {
  light: Light;
  title: string;
  children?: ReactNode;
  action?: { label: string; run: () => void };
  /** How often the same thing happened. */
  count?: number;
  onClose: () => void;
}) {
  const [held, setHeld] = useState(false);
  const stays = action !== undefined;
  useEffect(() => {
    if (stays || held) return;
    const timer = setTimeout(onClose, STAYS_MS);
    return () => clearTimeout(timer);
  }, [stays, held, onClose, count]);
  return (
    // eslint-disable-next-line jsx-a11y/no-static-element-interactions -- being looked at is not being used
    <div
      className={styles.toast}
      role={light === "stop" ? "alert" : "status"}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onClose();
      }}
    >
      <HealthLight light={light} />
      <p className={styles.title}>
        {title}
        {count > 1 && <span className={styles.count}>{`${count} times`}</span>}
      </p>
      <Button variant="quiet" size="small" aria-label="Close" icon={<Icon name="x" />} onClick={onClose} />
      {children && <div className={styles.body}>{children}</div>}
      {action && (
        <Button
          size="small"
          className={styles.action}
          onClick={() => {
            action.run();
            onClose();
          }}
        >
          {action.label}
        </Button>
      )}
    </div>
  );
}
