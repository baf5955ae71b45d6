import type { Client, Provider } from "../../ipc/bindings";

/** Somewhere to connect to: a provider's public installation, or a person's own server. */
export type Place = {
  key: string;
  provider: Provider;
  /** The server's address; `null` for the provider's public installation. */
  host: string | null;
  /** For a sentence: the name of the service. */
  name: string;
  /** For a sentence: where it is. */
  at: string;
  /** A kind of server whose address is still to be given: it explains itself and leads nowhere yet. */
  unaddressed?: true;
};

export type Found = {
  places: Place[];
  /** Servers at the address that was typed, one for each kind that can be given by address. */
  servers: Place[];
  /** Why the typed address can't be used. */
  refusal?: string;
};

/** Host and port, as a person would name a server. */
export function hostLabel(address: string): string {
  return address.replace(/^[a-z]+:\/\//i, "").replace(/\/+$/, "");
}

/** The public installation of a provider. */
export function publicPlace(provider: Provider): Place {
  return { key: provider.id, provider, host: null, name: provider.name, at: hostLabel(provider.host) };
}

/** A person's own server that speaks like this provider. */
export function serverPlace(provider: Provider, host: string): Place {
  return {
    key: `${provider.id} ${host}`,
    provider,
    host,
    name: `${provider.name}-compatible server`,
    at: hostLabel(host),
  };
}

/** The kind of server, before its address is known. */
function unaddressedPlace(provider: Provider): Place {
  return { ...serverPlace(provider, ""), key: `${provider.id} at an address`, at: "like git.example.org", unaddressed: true };
}

/** Servers of a person's own that a client is set up for: known without typing their address again. */
function knownServers(provider: Provider): Place[] {
  const hosts = new Map(
    provider.clients.filter((client) => !same(client.host, provider.host)).map((client) => [hostLabel(client.host).toLowerCase(), client.host]),
  );
  return [...hosts.values()].map((host) => serverPlace(provider, host));
}

/** Every place that is known, those where a client is ready first. */
function known(providers: readonly Provider[]): Place[] {
  const all = providers.flatMap((provider) => [publicPlace(provider), ...knownServers(provider)]);
  const ready = (place: Place) => clientsAt(place).length > 0;
  return [...all.filter(ready), ...all.filter((place) => !ready(place))];
}

/** The place that a provider's name and perhaps an address stand for. */
export function placeOf(providers: readonly Provider[], id: string | undefined, host: string | undefined): Place | undefined {
  const provider = providers.find((each) => each.id === id);
  if (!provider) return undefined;
  return host === undefined || same(host, provider.host) ? publicPlace(provider) : serverPlace(provider, host);
}

/** What a text in the field finds: services by name or host, and a server if it is an address. */
export function find(providers: readonly Provider[], typed: string): Found {
  const text = typed.trim();
  if (text === "") {
    return {
      places: known(providers),
      servers: providers.filter((provider) => provider.self_hosted).map(unaddressedPlace),
    };
  }

  const address = looksLikeAddress(text) ? readAddress(text) : undefined;
  const words = text.toLowerCase();
  const at = address?.kind === "address" ? hostOf(address.address) : undefined;
  const places = known(providers).filter(
    (place) =>
      place.name.toLowerCase().includes(words) ||
      place.at.toLowerCase().includes(words) ||
      (at !== undefined && hostOf(place.at) === at),
  );
  if (address?.kind === "refused") return { places, servers: [], refusal: address.reason };
  if (address === undefined || places.some((place) => hostOf(place.at) === at)) return { places, servers: [] };
  const servers = providers
    .filter((provider) => provider.self_hosted)
    .map((provider) => serverPlace(provider, address.address));
  return { places, servers };
}

/** The clients that are ready at a place. */
export function clientsAt(place: Place): Client[] {
  const host = place.host ?? place.provider.host;
  return place.provider.clients.filter((client) => same(client.host, host));
}

function same(one: string, other: string): boolean {
  return hostLabel(one).toLowerCase() === hostLabel(other).toLowerCase();
}

function hostOf(address: string): string {
  return (hostLabel(address).split("/")[0] ?? "").toLowerCase();
}

function looksLikeAddress(text: string): boolean {
  if (/\s/.test(text)) return false;
  return text.includes("://") || /^[^/]+\.[^/.]/.test(text) || /^(localhost|\[[0-9a-f:]+\]|[^/:]+:\d+)(:\d+)?(\/|$)/i.test(text);
}

type Address = { kind: "address"; address: string } | { kind: "refused"; reason: string };

/** Reads an address the way the backend does, so that a refusal can be said while it is being typed. */
export function readAddress(typed: string): Address {
  const text = typed.trim();
  const whole = text.includes("://") ? text : `https://${text}`;
  if (!URL.canParse(whole)) return { kind: "refused", reason: "That is not an address. One looks like https://git.example.org." };
  const url = new URL(whole);
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.hash !== "") {
    return { kind: "refused", reason: "Leave out user name, password and everything from ? or # on; the server’s address alone is enough." };
  }
  if (url.protocol === "http:" && !isThisComputer(url.hostname)) {
    return {
      kind: "refused",
      reason: `http:// would send your credentials unencrypted, so it is only used for this computer itself. Use https://${url.host}.`,
    };
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    return { kind: "refused", reason: "The address of a server begins with https://." };
  }
  return { kind: "address", address: `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, "")}` };
}

function isThisComputer(hostname: string): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
