import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes";
import styles from "./TextField.module.css";

export type TextFieldProps = Omit<ComponentProps<"input">, "size" | "onChange" | "value"> & {
  label: string;
  /** The label is read out, but not seen: the place says it. */
  labelHidden?: boolean;
  value: string;
  onChange: (value: string) => void;
  hint?: ReactNode;
  /** What is wrong with the value, as a sentence. */
  error?: string | undefined;
  mono?: boolean;
  big?: boolean;
  icon?: ReactNode;
  /** Inside the field, at its end. */
  inside?: ReactNode;
  /** Beside the field: what takes the value. */
  beside?: ReactNode;
};

/** One line of text with its label, hint and error. */
export function TextField({
  label,
  labelHidden = false,
  value,
  onChange,
  hint,
  error,
  mono = false,
  big = false,
  icon,
  inside,
  beside,
  id,
  className,
  ...rest
}: TextFieldProps) {
  const own = useId();
  const inputId = id ?? own;
  const described = [rest["aria-describedby"], hint && `${inputId}-hint`, error && `${inputId}-error`].filter(Boolean);
  return (
    <div className={classes(styles.field, className)}>
      <label htmlFor={inputId} className={labelHidden ? styles.hidden : styles.label}>
        {label}
      </label>
      {hint && (
        <p id={`${inputId}-hint`} className={styles.hint}>
          {hint}
        </p>
      )}
      <div className={styles.line}>
        <div className={classes(styles.box, big && styles.big, error !== undefined && styles.wrong)}>
          {icon}
          <input
            spellCheck={false}
            autoCapitalize="off"
            autoCorrect="off"
            autoComplete="off"
            {...rest}
            id={inputId}
            className={classes(styles.input, mono && styles.mono)}
            value={value}
            onChange={(event) => onChange(event.target.value)}
            aria-invalid={error !== undefined || undefined}
            aria-describedby={described.join(" ") || undefined}
          />
          {inside}
        </div>
        {beside}
      </div>
      <p id={`${inputId}-error`} className={styles.error} role="alert">
        {error}
      </p>
    </div>
  );
}
