/**
 * A search at the hosts, asked for by a person: nothing here is sent by showing a page, coming back to it, or an event.
 *
 * Not here: what it says.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { HostFound } from "../ipc/bindings";
import { queries } from "./queries";

/** Sends the words. What comes of it, also what goes wrong, is where the page reads it. */
export async function askHosts(client: QueryClient, text: string): Promise<void> {
  await client.query({ ...queries.hostSearch(text), staleTime: 0 }).catch(() => undefined);
}

/** Notes that something that was found is in the list now. */
export function noteListed(client: QueryClient, text: string, found: HostFound, id: number): void {
  const same = (row: HostFound) => row.host === found.host && row.forge_id === found.forge_id;
  client.setQueryData(queries.hostSearch(text).queryKey, (before) =>
    before && { ...before, rows: before.rows.map((row) => (same(row) ? { ...row, known: id } : row)) },
  );
}
