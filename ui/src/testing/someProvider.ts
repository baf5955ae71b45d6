/** A provider and a client with everything a test does not care about. */
import type { Client, Provider } from "../ipc/bindings";
import { PLAIN } from "../ipc/fake/providers";

export function someProvider(id: string, over: Partial<Provider> = {}): Provider {
  return {
    ...PLAIN,
    id,
    name: id.toUpperCase(),
    monogram: id.slice(0, 2),
    category: "code",
    lists: true,
    host: `https://${id}.example`,
    self_hosted: true,
    ways: ["deep-link", "loopback", "device"],
    token: true,
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
    secret_ends_at: null,
    ...over,
  };
}
