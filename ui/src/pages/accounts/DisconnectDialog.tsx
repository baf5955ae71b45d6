import { useMutation } from "@tanstack/react-query";
import { useRef } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { mutations } from "../../data/mutations";
import type { Account, DisconnectReceipt } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import { disconnectSentence } from "./groups";

/** Asks before an account is disconnected, and names what ends. */
export function DisconnectDialog({
  account,
  open,
  onClose,
  onDone,
}: {
  account: Account;
  open: boolean;
  onClose: () => void;
  onDone: (receipt: DisconnectReceipt) => void;
}) {
  const disconnect = useMutation(mutations.accountDisconnect());
  const keep = useRef<HTMLButtonElement>(null);
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Disconnect ${accountName(account)}?`}
      initialFocus={keep}
      actions={
        <>
          <Button
            variant="danger"
            busy={disconnect.isPending ? `Revoking at ${account.host_label}…` : undefined}
            onClick={() => disconnect.mutate(account.id, { onSuccess: onDone })}
          >
            {`Disconnect ${accountName(account)}`}
          </Button>
          <Button ref={keep} onClick={onClose}>
            Keep it
          </Button>
        </>
      }
    >
      <p>{disconnectSentence(account, number)}</p>
      <ProblemText problem={disconnect.error} />
    </Dialog>
  );
}
