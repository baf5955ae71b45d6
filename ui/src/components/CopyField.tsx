import { useEffect, useRef, useState } from "react";
import { Button } from "./Button";
import { classes } from "./classes";
import styles from "./CopyField.module.css";

const COPIED_FOR_MS = 2000;

/** An address or code to take along. */
export function CopyField({
  label,
  value,
  onCopy,
  look = "line",
  name,
}: {
  /** A word before the value; leave it out where the place says it. */
  label?: string;
  /** What it is, for those who can't see it. */
  name: string;
  value: string;
  onCopy: (value: string) => unknown;
  /** `line`: in a box; `code`: large, to be typed elsewhere. */
  look?: "line" | "code";
}) {
  const { copied, copy } = useCopy(onCopy);
  return (
    <div role="group" aria-label={name} className={classes(styles.copy, styles[look])}>
      {label && <span className={styles.label}>{label}</span>}
      <code className={styles.value} title={look === "line" ? value : undefined}>
        {value}
      </code>
      <Button
        size="small"
        variant={look === "line" ? "quiet" : "plain"}
        aria-label={`Copy ${name.toLowerCase()}`}
        onClick={() => copy(value)}
      >
        {copied ? "Copied" : "Copy"}
      </Button>
      <span role="status" className={styles.hidden}>
        {copied ? "Copied" : ""}
      </span>
    </div>
  );
}

/** Copies, and says so for two seconds. */
export function useCopy(onCopy: (value: string) => unknown) {
  const [copied, setCopied] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  function copy(value: string) {
    void Promise.resolve(onCopy(value)).then(
      () => {
        setCopied(true);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => setCopied(false), COPIED_FOR_MS);
      },
      // Whoever copies reports that it could not; here it only must not say "Copied".
      () => setCopied(false),
    );
  }
  return { copied, copy };
}
