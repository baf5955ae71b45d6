/** The cache of what the keeper answered, and the platform its reads go through. */
import { MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import type { Tag } from "../ipc/bindings";
import { type Platform, ProblemError } from "../ipc/platform";

declare module "@tanstack/react-query" {
  interface Register {
    defaultError: ProblemError;
    queryMeta: {
      /** What the answer is made of: an event that names one of these makes it stale. */
      provides: readonly Tag[];
      /** Set where a person may be pointing at a row: then it is not refreshed by itself. */
      held?: boolean;
    };
  }
}

const platforms = new WeakMap<QueryClient, Platform>();

/** The platform that a cache reads through. */
export function platformOf(client: QueryClient): Platform {
  const platform = platforms.get(client);
  if (!platform) throw new Error("the query client was not made by createQueryClient");
  return platform;
}

/** A cache over a platform. Answers stay true until an event says otherwise, so nothing is refreshed by time. */
export function createQueryClient(platform: Platform): QueryClient {
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError: (error) => noticeLock(client, error) }),
    mutationCache: new MutationCache({ onError: (error) => noticeLock(client, error) }),
    defaultOptions: {
      queries: {
        staleTime: Infinity,
        gcTime: 60_000,
        retry: false,
        networkMode: "always",
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
      // What was typed into a form (a passphrase, a token) must not outlive the form.
      mutations: { gcTime: 0, networkMode: "always", retry: false },
    },
  });
  platforms.set(client, platform);
  return client;
}

/** A refusal because the vault is closed means that what this window believes about the vault is old. */
function noticeLock(client: QueryClient, error: unknown): void {
  if (error instanceof ProblemError && error.code === "vault_locked") {
    void client.invalidateQueries({ predicate: (query) => query.meta?.provides.includes("vault") ?? false });
  }
}
