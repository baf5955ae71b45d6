/** A provider and a client with everything a test does not care about. */
import type { Client, Provider } from "../ipc/bindings";

export function someProvider(id: string, over: Partial<Provider> = {}): Provider {
  return {
    id,
    name: id.toUpperCase(),
    monogram: id.slice(0, 2),
    category: "code",
    own: false,
    lists: true,
    host: `https://${id}.example`,
    template: null,
    parts: [],
    self_hosted: true,
    ways: ["deep-link", "loopback", "device"],
    token: true,
    token_with_user: false,
    token_hint: null,
    needs_secret: false,
    notes: [],
    scopes: [],
    token_page: null,
    client_page: null,
    redirects: [],
    may_register: false,
    clients: [],
    connected: 0,
    ...over,
  };
}

export function someClient(provider: string, host: string, over: Partial<Client> = {}): Client {
  return {
    id: host,
    provider,
    host,
    api_url: host,
    client_id: "c",
    has_secret: false,
    name: "",
    origin: "own",
    preferred: true,
    added_at: "2026-11-22T12:00:00Z",
    ...over,
  };
}
