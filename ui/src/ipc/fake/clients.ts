/** The OAuth clients of the fake: several at one host, one of them taken first. */
import type { Client, Code, NewClient, Provider, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";

type Tools = {
  now: () => Date;
  nextId: () => number;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  changed: (...tags: Tag[]) => void;
  target: (request: { provider: string; host: string | null }) => { provider: Provider; host: string };
};

export function fakeClients(first: readonly Client[], { now, nextId, refuse, changed, target }: Tools) {
  let clients: readonly Client[] = first;
  const keep = (next: readonly Client[]) => {
    clients = next;
    changed("clients");
  };
  const commands: Pick<Platform, "clientList" | "clientAdd" | "clientRemove" | "clientPrefer"> = {
    clientList: async () => ({ total: clients.length, rows: [...clients] }),
    clientAdd: async (added: NewClient) => {
      const { provider, host } = target(added);
      if (provider.needs_secret && added.client_secret === null) {
        throw refuse("invalid_input", `A client of ${provider.name} has to have a secret.`, "Paste the one it shows.");
      }
      const others = clients.filter((each) => each.host !== host || each.client_id !== added.client_id);
      const one: Client = {
        id: `client-${nextId()}`,
        provider: provider.id,
        host,
        api_url: added.api_url ?? `${host}/api/v3`,
        client_id: added.client_id,
        has_secret: added.client_secret !== null,
        name: added.name ?? "",
        origin: "own",
        preferred: added.preferred === true || !others.some((each) => each.host === host),
        added_at: now().toISOString(),
      };
      keep([...others.map((each) => (one.preferred && each.host === host ? { ...each, preferred: false } : each)), one]);
      return one;
    },
    clientRemove: async (id) => {
      const gone = clients.find((each) => each.id === id);
      const left = clients.filter((each) => each.id !== id);
      const next = gone?.preferred ? left.find((each) => each.host === gone.host) : undefined;
      keep(left.map((each) => (each === next ? { ...each, preferred: true } : each)));
      return null;
    },
    clientPrefer: async (id) => {
      const chosen = clients.find((each) => each.id === id);
      if (!chosen) throw refuse("not_found", "There is no such client.");
      keep(clients.map((each) => (each.host === chosen.host ? { ...each, preferred: each === chosen } : each)));
      return null;
    },
  };
  return { all: () => clients, commands };
}
