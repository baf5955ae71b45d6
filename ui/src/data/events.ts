/**
 * Keeps the cache true: what the keeper says has changed is read again where it is shown and forgotten
 * where it is not. The only place that makes anything stale.
 */
import type { Query, QueryClient } from "@tanstack/react-query";
import type { Event, SyncProgress, SyncStatus, Tag } from "../ipc/bindings";
import type { Platform } from "../ipc/platform";
import { queries } from "./queries";

/** Follows the keeper until the answer is called. Opening and locking are `session.ts`'s. */
export function follow(client: QueryClient, platform: Platform): () => void {
  return platform.subscribe((event) => apply(client, event));
}

function apply(client: QueryClient, event: Event): void {
  switch (event.kind) {
    case "changed":
      makeStale(client, event.tags);
      return;
    case "sign_in":
      client.setQueryData(queries.signInShow(event.sign_in.id).queryKey, event.sign_in);
      return;
    case "sync_progress":
      client.setQueryData(queries.syncStatus().queryKey, (status) => status && withProgress(status, event.progress));
      return;
    case "sync_finished":
      client.setQueryData(queries.syncStatus().queryKey, (status) => status && without(status, event.run.account));
      return;
    case "clone":
      client.setQueryData(queries.cloneList().queryKey, (runs) => runs?.map((run) => (run.id === event.run.id ? event.run : run)));
      return;
    case "vault":
    case "stopping":
      return;
  }
}

/** Reads again what these tags are in; a held read is left to whoever shows it. */
export function makeStale(client: QueryClient, tags: readonly Tag[]): void {
  const concerned = (query: Query) => !query.meta?.held && provides(query.meta?.provides, tags);
  // A first answer that is on its way may have been given before the event. Invalidating would only wait
  // for it, and take it for fresh.
  const early = client.getQueryCache().findAll({
    predicate: (query) => concerned(query) && query.state.data === undefined && query.state.fetchStatus === "fetching",
  });
  const isEarly = (query: Query) => early.includes(query);
  if (early.length > 0) {
    void client.cancelQueries({ predicate: isEarly }).then(() => client.refetchQueries({ predicate: isEarly, type: "active" }));
  }
  void client.invalidateQueries({ predicate: (query) => concerned(query) && !isEarly(query) });
  // Nobody looks at these now, so nothing can move under a hand; the next look reads them anew.
  client.removeQueries({
    type: "inactive",
    predicate: (query) => query.meta?.held === true && provides(query.meta.provides, tags),
  });
}

export function provides(provided: readonly Tag[] | undefined, tags: readonly Tag[]): boolean {
  return provided?.some((tag) => tags.includes(tag)) ?? false;
}

function withProgress(status: SyncStatus, progress: SyncProgress): SyncStatus {
  const known = status.running.some((each) => each.account === progress.account);
  const running = known
    ? status.running.map((each) => (each.account === progress.account ? progress : each))
    : [...status.running, progress];
  return { ...status, running };
}

function without(status: SyncStatus, account: string): SyncStatus {
  return { ...status, running: status.running.filter((each) => each.account !== account) };
}
