import type { Place } from "./places";

/** Where the connect page stands; kept in the address. */
export type ConnectSearch = {
  provider?: string | undefined;
  host?: string | undefined;
  step?: "client" | "token" | undefined;
  /** The way that goes on after a client was saved. */
  way?: "browser" | "device" | undefined;
  /** Set when a client is added from the settings: it goes back there. */
  from?: "settings" | undefined;
};

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
    way: search.way === "browser" || search.way === "device" ? search.way : undefined,
    from: search.from === "settings" ? "settings" : undefined,
  };
}
