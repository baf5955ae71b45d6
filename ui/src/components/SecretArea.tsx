import { useId, useState, type Ref } from "react";
import { Button } from "./Button";
import { classes } from "./classes";
import styles from "./SecretArea.module.css";

/** A field of several lines for what nobody should read over a shoulder, such as a key. Pasting works. */
export function SecretArea({
  label,
  value,
  onChange,
  hint,
  error,
  ref,
}: {
  label: string;
  value: string;
  onChange: (value: string) => void;
  hint?: string;
  error?: string | undefined;
  ref?: Ref<HTMLTextAreaElement>;
}) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const described = [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(" ");
  const word = `${shown ? "Hide" : "Show"} ${label.toLowerCase()}`;
  return (
    <div className={styles.field}>
      <div className={styles.head}>
        <label htmlFor={id}>{label}</label>
        <Button variant="quiet" size="small" aria-pressed={shown} aria-label={word} onClick={() => setShown(!shown)}>
          {shown ? "Hide" : "Show"}
        </Button>
      </div>
      {hint && (
        <p id={`${id}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <textarea
        {...(ref ? { ref } : {})}
        id={id}
        rows={4}
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        className={classes(styles.area, !shown && styles.covered, error !== undefined && styles.wrong)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        aria-invalid={error !== undefined || undefined}
        aria-describedby={described || undefined}
      />
      <p id={`${id}-error`} className={styles.error} role="alert">
        {error}
      </p>
    </div>
  );
}
