import { useQuery } from "@tanstack/react-query";
import { useCallback, useState, useSyncExternalStore } from "react";
import { flushSync } from "react-dom";
import type { VaultStatus } from "../ipc/bindings";
import type { ProblemError } from "../ipc/platform";
import { queries } from "./queries";
import type { Session } from "./session";

/** The vault's status. When it closes, what was shown is unmounted before the event has been handled. */
export function useVault(session: Session): {
  status?: VaultStatus;
  error: ProblemError | undefined;
  looking: boolean;
  look: () => void;
  /** After how many minutes without use the vault that was open last locks itself. */
  idleMinutes: number | undefined;
} {
  const { data, error, isFetching, refetch } = useQuery(queries.vaultStatus(), session.client);
  // What went wrong is shown until there is an answer, also while it is asked for again.
  const [failure, setFailure] = useState<ProblemError>();
  if (error !== null && error !== failure) setFailure(error);
  const subscribe = useCallback((listener: () => void) => session.subscribe(() => flushSync(listener)), [session]);
  const told = useSyncExternalStore(subscribe, session.told);

  const asking = { error: failure, looking: isFetching, look: () => void refetch(), idleMinutes: told.idleMinutes };
  if (!data) return asking;
  return { ...asking, status: told.state === undefined || told.state === data.state ? data : { ...data, state: told.state } };
}
