import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { mutations } from "../../data/mutations";
import type { Account } from "../../ipc/bindings";
import { clockTime } from "../when";

/** Renewing and checking an account's access by hand, and what came of it. */
export function useUpkeep(account: Account) {
  const refresh = useMutation(mutations.accountRefresh());
  const check = useMutation(mutations.accountCheck());
  const [said, setSaid] = useState("");
  const waiting = refresh.isPending || check.isPending;

  function begin(): boolean {
    if (waiting) return false;
    setSaid("");
    refresh.reset();
    check.reset();
    return true;
  }
  return {
    renew: () => {
      if (begin()) refresh.mutate(account.id, { onSuccess: () => setSaid(`Renewed at ${clockTime(new Date())}.`) });
    },
    check: () => {
      if (begin()) check.mutate(account.id, { onSuccess: () => setSaid(`It works: ${account.host_label} answered at ${clockTime(new Date())}.`) });
    },
    renewing: refresh.isPending ? "Renewing…" : undefined,
    checking: check.isPending ? `Asking ${account.host_label}…` : undefined,
    error: refresh.error ?? check.error,
    /** What came of it, as a sentence; empty before. */
    said,
  };
}
