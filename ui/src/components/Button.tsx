import { type ComponentProps, type ReactNode, useEffect, useId, useState } from "react";
import styles from "./Button.module.css";
import { classes } from "./classes";

/** After this long a busy button says what it is doing; sooner, the change of words would only flicker. */
const SAY_AFTER_MS = 400;

export type ButtonProps = Omit<ComponentProps<"button">, "disabled" | "children"> & {
  variant?: "plain" | "primary" | "quiet" | "link" | "danger" | undefined;
  size?: "normal" | "small" | "tall" | undefined;
  icon?: ReactNode;
  /** The key that does the same, shown as a key cap. */
  keys?: readonly string[] | undefined;
  /** Set while it can't be used: why. It stays focusable, so that the reason can be found. */
  disabledReason?: string | undefined;
  /** Set while its work runs: what it is doing, such as "Opening…". */
  busy?: string | undefined;
  children?: ReactNode;
};

/** A button. One without text needs an `aria-label`. */
export function Button({
  variant = "plain",
  size = "normal",
  icon,
  keys,
  disabledReason,
  busy,
  children,
  className,
  onClick,
  type = "button",
  title,
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const saying = useLater(busy);
  const blocked = busy !== undefined || disabledReason !== undefined;
  return (
    <button
      {...rest}
      // eslint-disable-next-line react/button-has-type -- one of the three, by the type of the props
      type={type}
      className={classes(styles.button, styles[variant], styles[size], !children && styles.icon, className)}
      title={disabledReason ?? title}
      aria-disabled={blocked || undefined}
      aria-busy={busy !== undefined || undefined}
      aria-describedby={disabledReason ? reasonId : rest["aria-describedby"]}
      onClick={(event) => {
        if (blocked) {
          event.preventDefault();
          return;
        }
        onClick?.(event);
      }}
    >
      {icon}
      {saying ?? children}
      {saying === undefined && keys?.map((key) => (
        <kbd key={key} aria-hidden="true">
          {key}
        </kbd>
      ))}
      {disabledReason && (
        <span id={reasonId} className={styles.reason} aria-hidden="true">
          {disabledReason}
        </span>
      )}
    </button>
  );
}

function useLater(words: string | undefined): string | undefined {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (words === undefined) return;
    const timer = setTimeout(() => setSaid(words), SAY_AFTER_MS);
    return () => {
      clearTimeout(timer);
      setSaid(undefined);
    };
  }, [words]);
  return words === undefined ? undefined : said;
}
