import styles from "./Switch.module.css";

/** On or off, at once. */
export function Switch({
  label,
  on,
  onChange,
  describedBy,
}: {
  label: string;
  on: boolean;
  onChange: (on: boolean) => void;
  describedBy?: string;
}) {
  return (
    <button
      type="button"
      role="switch"
      aria-checked={on}
      aria-label={label}
      aria-describedby={describedBy}
      className={styles.switch}
      onClick={() => onChange(!on)}
    >
      <span className={styles.track} />
    </button>
  );
}
