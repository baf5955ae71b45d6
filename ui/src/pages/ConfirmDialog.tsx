import { type ReactNode, useRef } from "react";
import { Button } from "../components/Button";
import { Dialog } from "../components/Dialog";
import { ProblemText } from "./ProblemText";

/**
 * Asks before something leaves for good. The focus is on keeping it, so that an `Enter` too many ends
 * nothing; it stays open with the reason if it could not be done.
 */
export function ConfirmDialog({
  open = true,
  title,
  action,
  busy,
  problem,
  onConfirm,
  onClose,
  children,
}: {
  open?: boolean;
  title: string;
  /** What is done, as the button says it. */
  action: string;
  /** What is being done, while it is. */
  busy: string | undefined;
  problem: Error | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}) {
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      initialFocus={keep}
      actions={
        <>
          <Button variant="danger" busy={busy} onClick={onConfirm}>
            {action}
          </Button>
          <Button ref={keep} onClick={onClose}>
            Keep it
          </Button>
        </>
      }
    >
      {children}
      <ProblemText problem={problem} />
    </Dialog>
  );
}
