/** The order of clients in the settings, and their words. */
import type { Client, ClientOrigin } from "../../ipc/bindings";

/** Where a client comes from. */
export const ORIGIN_WORDS: Record<ClientOrigin, string> = {
  own: "your own",
  imported: "from a file",
  registered: "registered by Drawbridge",
};

/** By host, and there the one that is taken first before the others. */
export function byHost(clients: readonly Client[]): Client[] {
  return [...clients].sort(
    (one, other) =>
      one.host.localeCompare(other.host) ||
      one.provider.localeCompare(other.provider) ||
      Number(other.preferred) - Number(one.preferred) ||
      one.added_at.localeCompare(other.added_at),
  );
}

/** Whether it is the only one of its host, so that there is nothing to choose. */
export function isAlone(client: Client, clients: readonly Client[]): boolean {
  return clients.filter((each) => each.host === client.host && each.provider === client.provider).length === 1;
}
