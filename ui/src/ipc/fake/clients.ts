/** The OAuth clients of the fake: several at one host, one of them taken first. */
import type { Client, Code, NewClient, Provider, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";

const hostLabel = (host: string) => host.replace(/^https?:\/\//, "");

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
  /** In place of one with the same id at the same host; the first of a host is taken first. */
  function put(one: Client): Client {
    const others = clients.filter((each) => each.host !== one.host || each.client_id !== one.client_id);
    const put = { ...one, preferred: one.preferred || !others.some((each) => each.host === one.host) };
    keep([...others.map((each) => (put.preferred && each.host === put.host ? { ...each, preferred: false } : each)), put]);
    return put;
  }
  const commands: Pick<Platform, "clientList" | "clientAdd" | "clientRegister" | "clientRemove" | "clientPrefer"> = {
    clientList: async () => ({ total: clients.length, rows: [...clients] }),
    clientAdd: async (added: NewClient) => {
      const { provider, host } = target(added);
      if (provider.needs_secret && added.client_secret === null) {
        throw refuse("invalid_input", `A client of ${provider.name} has to have a secret.`, "Paste the one it shows.");
      }
      return put({
        id: `client-${nextId()}`,
        provider: provider.id,
        host,
        api_url: added.api_url ?? `${host}/api/v3`,
        client_id: added.client_id,
        has_secret: added.client_secret !== null,
        name: added.name ?? "",
        origin: "own",
        preferred: added.preferred === true,
        added_at: now().toISOString(),
        secret_ends_at: null,
      });
    },
    clientRegister: async (request) => {
      const { provider, host } = target(request);
      const label = hostLabel(host);
      if (!provider.may_register || label.startsWith("closed.")) {
        throw refuse("not_offered", `${label} does not let programs register themselves.`, "Register Drawbridge there by hand, then add the client id it gives.");
      }
      const id = nextId();
      const client = put({
        id: `client-${id}`,
        provider: provider.id,
        host,
        api_url: host,
        client_id: `registered-${id}`,
        has_secret: false,
        name: "",
        origin: "registered",
        preferred: true,
        added_at: now().toISOString(),
        secret_ends_at: null,
      });
      return { client, sentence: `Drawbridge is registered at ${label}.` };
    },
    clientRemove: async (id) => {
      const gone = clients.find((each) => each.id === id);
      const left = clients.filter((each) => each.id !== id);
      const next = gone?.preferred ? left.find((each) => each.host === gone.host) : undefined;
      keep(left.map((each) => (each === next ? { ...each, preferred: true } : each)));
      if (gone?.origin !== "registered") return { left_at_host: false, sentence: "The client is removed." };
      return { left_at_host: false, sentence: `Unregistered at ${hostLabel(gone.host)}, then removed here.` };
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
