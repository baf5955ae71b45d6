import { useMutation } from "@tanstack/react-query";
import { mutations } from "../../data/mutations";
import type { Account, DisconnectReceipt } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ConfirmDialog } from "../ConfirmDialog";
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
  return (
    <ConfirmDialog
      open={open}
      title={`Disconnect ${accountName(account)}?`}
      action={`Disconnect ${accountName(account)}`}
      busy={disconnect.isPending ? `Revoking at ${account.host_label}…` : undefined}
      problem={disconnect.error}
      onConfirm={() => disconnect.mutate(account.id, { onSuccess: onDone })}
      onClose={onClose}
    >
      <p>{disconnectSentence(account, number)}</p>
    </ConfirmDialog>
  );
}
