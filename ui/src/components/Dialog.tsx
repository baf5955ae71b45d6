import { Dialog as Base } from "@base-ui/react/dialog";
import type { ReactNode, RefObject, SubmitEvent } from "react";
import styles from "./Dialog.module.css";

/**
 * A question over the page. `Esc` and the ground beside it change nothing; the focus goes back to
 * where it came from. Its actions stand in one row, the marked one first.
 */
export function Dialog({
  open,
  onClose,
  title,
  children,
  actions,
  initialFocus,
  onSubmit,
}: {
  open: boolean;
  onClose: () => void;
  title: string;
  children?: ReactNode;
  actions: ReactNode;
  initialFocus?: RefObject<HTMLElement | null>;
  /** For a dialog with fields: what `Enter` in one of them and its submitting action do. */
  onSubmit?: () => void;
}) {
  const inside = (
    <>
      <Base.Description render={<div />} className={styles.body}>
        {children}
      </Base.Description>
      <div className={styles.actions}>{actions}</div>
    </>
  );
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Backdrop className={styles.scrim} />
        <Base.Popup className={styles.dialog} {...(initialFocus ? { initialFocus } : {})}>
          <Base.Title className={styles.title}>{title}</Base.Title>
          {onSubmit ? (
            <form
              onSubmit={(event: SubmitEvent) => {
                event.preventDefault();
                onSubmit();
              }}
            >
              {inside}
            </form>
          ) : (
            inside
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
