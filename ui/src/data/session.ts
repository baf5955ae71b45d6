/** Whether the vault is open, as the window sees it, and what happens the moment it is not. */
import { type QueryClient, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { flushSync } from "react-dom";
import type { VaultState, VaultStatus } from "../ipc/bindings";
import type { Platform, ProblemError } from "../ipc/platform";
import { follow } from "./events";
import { queries } from "./queries";

/**
 * The vault's status. When it closes, everything that was shown is unmounted before the event has been
 * handled, and everything that was read is forgotten: no frame and no cache outlives the lock.
 */
export function useVault(
  client: QueryClient,
  platform: Platform,
): {
  status?: VaultStatus;
  error: ProblemError | undefined;
  looking: boolean;
  look: () => void;
  /** After how many minutes without use the vault that was open last locks itself. */
  idleMinutes: number | undefined;
} {
  const { data, error, isFetching, refetch } = useQuery(queries.vaultStatus(), client);
  // What went wrong is shown until there is an answer, also while it is asked for again.
  const [failure, setFailure] = useState<ProblemError>();
  if (error !== null && error !== failure) setFailure(error);
  // What an event said and the next answer will repeat; an answer on its way may still say the old thing.
  const [told, setTold] = useState<VaultState>();
  // The one thing kept of what is forgotten: a locked vault can't be asked why it took so long.
  const [idleMinutes, setIdleMinutes] = useState<number>();

  useEffect(() => {
    let latest = 0;
    const hear = (state: VaultState) => {
      const key = queries.vaultStatus().queryKey;
      const before = client.getQueryData(key);
      const minutes = client.getQueryData(queries.settings().queryKey)?.lock_after_idle_minutes;
      flushSync(() => {
        setTold(state);
        if (minutes !== undefined) setIdleMinutes(minutes);
      });
      void client.cancelQueries({ queryKey: key });
      if (state !== "open") client.clear();
      if (before) client.setQueryData(key, { ...before, state });
      latest += 1;
      const mine = latest;
      client
        .query({ ...queries.vaultStatus(), staleTime: 0 })
        .then(() => {
          if (mine === latest) setTold(undefined);
        })
        // Shown by the query itself; what was told stays true until there is an answer.
        .catch(() => undefined);
    };
    const leave = platform.subscribe((event) => {
      if (event.kind === "vault") hear(event.state);
      // Whoever takes over opens the vault anew.
      else if (event.kind === "stopping") hear("locked");
    });
    const unfollow = follow(client, platform);
    return () => {
      leave();
      unfollow();
    };
  }, [client, platform]);

  const asking = { error: failure, looking: isFetching, look: () => void refetch(), idleMinutes };
  if (!data) return asking;
  return { ...asking, status: told === undefined || told === data.state ? data : { ...data, state: told } };
}
