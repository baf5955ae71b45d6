import { type KeyboardEvent, type ReactNode, type Ref, useState } from "react";
import { Button } from "./Button";
import styles from "./SecretField.module.css";
import { TextField } from "./TextField";

type Props = {
  label: string;
  value: string;
  onChange: (value: string) => void;
  /** For password managers. */
  autoComplete: "current-password" | "new-password" | "off";
  hint?: ReactNode;
  error?: string | undefined;
  big?: boolean;
  beside?: ReactNode;
  ref?: Ref<HTMLInputElement>;
  placeholder?: string | undefined;
};

/** A field for what nobody should read over a shoulder. Pasting works; Caps Lock is said in words. */
export function SecretField({ ref, error, ...field }: Props) {
  const [shown, setShown] = useState(false);
  const [capsLock, setCapsLock] = useState(false);
  const watch = (event: KeyboardEvent<HTMLInputElement>) => setCapsLock(event.getModifierState("CapsLock"));
  return (
    <div className={styles.secret}>
      <TextField
        {...field}
        {...(ref ? { ref } : {})}
        type={shown ? "text" : "password"}
        mono={shown}
        error={error}
        onKeyDown={watch}
        onKeyUp={watch}
        onBlur={() => setCapsLock(false)}
        inside={
          <Button
            variant="quiet"
            size="small"
            aria-pressed={shown}
            aria-label={shown ? `Hide ${field.label.toLowerCase()}` : `Show ${field.label.toLowerCase()}`}
            onClick={() => setShown(!shown)}
          >
            {shown ? "Hide" : "Show"}
          </Button>
        }
      />
      <p className={styles.caps} role="status">
        {capsLock ? "Caps Lock is on." : ""}
      </p>
    </div>
  );
}
