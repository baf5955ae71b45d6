import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import type { RepositoryQuery } from "../ipc/bindings";
import { usePlatform } from "../ipc/PlatformContext";
import { provides } from "./events";
import { queries } from "./queries";
import { type Rows, RowStore } from "./rows";

/** The rows of a query, kept true by events. */
export function useRows(query: RepositoryQuery): { store: RowStore; rows: Rows } {
  const client = useQueryClient();
  const platform = usePlatform();
  const [store] = useState(() => new RowStore(client, query));
  const rows = useSyncExternalStore(store.subscribe, store.snapshot);
  useEffect(() => store.ask(query), [store, query]);
  useEffect(() => {
    const { meta } = queries.repositoryPage({}, 0);
    return platform.subscribe((event) => {
      if (event.kind === "changed" && provides(meta?.provides, event.tags)) void store.changed();
    });
  }, [store, platform]);
  return { store, rows };
}
