import type { Place } from "./places";

/** Where the connect page stands; kept in the address. */
export type ConnectSearch = {
  provider?: string | undefined;
  host?: string | undefined;
  step?: "client" | "token" | undefined;
  /** The way that goes on after a client was saved. */
  way?: "browser" | "device" | "paste" | undefined;
  /** Set when a client is added from the settings: only that is done, and it goes back there. */
  from?: "settings" | undefined;
};

const WAYS = ["browser", "device", "paste"] as const;

/** A place as the address names it. */
export function at(place: Place): ConnectSearch {
  return { provider: place.provider.id, ...(place.host === null ? {} : { host: place.host }) };
}

/** Reads the address; what is not known there is dropped. */
export function readSearch(search: Record<string, unknown>): ConnectSearch {
  const text = (value: unknown) => (typeof value === "string" && value.length <= 2000 ? value : undefined);
  return {
    provider: text(search.provider),
    host: text(search.host),
    step: search.step === "client" || search.step === "token" ? search.step : undefined,
    way: WAYS.find((way) => way === search.way),
    from: search.from === "settings" ? "settings" : undefined,
  };
}

/** Where a sign-in's page stands beside its id: what starting it again has to ask for once more. */
export type SignInSearch = {
  /** The account whose person is to come back. */
  account?: string | undefined;
  /** Scopes that are asked for beside the usual ones. */
  scopes?: string[] | undefined;
};

/** Reads it; what is not known there is dropped. */
export function readSignInSearch({ account, scopes }: Record<string, unknown>): SignInSearch {
  const names = Array.isArray(scopes) ? scopes.filter((name) => typeof name === "string") : [];
  return { ...(typeof account === "string" ? { account } : {}), ...(names.length > 0 ? { scopes: names } : {}) };
}
