import type { Account, Health } from "../ipc/bindings";

/** An account for a test; what matters to it is given. */
export function someAccount(login: string, health: Health, over: Partial<Account> = {}): Account {
  return {
    id: login,
    provider: "alpha",
    provider_name: "Alpha",
    host: "https://alpha.example",
    host_label: "alpha.example",
    subject: "1",
    login,
    label: null,
    lists: true,
    searches: true,
    name: null,
    email: null,
    swatch: 1,
    kind: "oauth",
    health,
    state: "",
    state_note: "",
    clock_note: null,
    scopes: [],
    repositories: 412,
    connected_at: "2026-11-22T12:00:00Z",
    synced_at: null,
    access_ends_at: null,
    renews_itself: true,
    revoke_page: null,
    revocable: true,
    off: [],
    next_try_at: null,
    ...over,
  };
}
