import type { Client, Provider } from "../../ipc/bindings";

/** Somewhere to connect to: a provider's public installation, or a server at an address of a person's own. */
export type Place = {
  key: string;
  provider: Provider;
  /** The server's address; `null` for the provider's public installation, and while the address is still to be given. */
  host: string | null;
  /** For a sentence: the name of the service. */
  name: string;
  /** For a sentence: where it is. */
  at: string;
  /** What of its address only the person knows: the whole of it, or some parts. It can't be gone to before. */
  open?: "address" | "parts";
};

/** Host and port, as a person would name a server. */
export function hostLabel(address: string): string {
  return address.replace(/^[a-z]+:\/\//i, "").replace(/\/+$/, "");
}

/** The provider itself: its public installation, or what is to be known to reach one. */
export function publicPlace(provider: Provider): Place {
  const place = { key: provider.id, provider, host: null, name: provider.name };
  if (provider.template !== null) return { ...place, at: pattern(provider), open: "parts" };
  if (provider.host === null) return { ...place, at: "at an address of your own", open: "address" };
  return { ...place, at: hostLabel(provider.host) };
}

/** A person's own server that speaks like this provider, or an address made from its template. */
export function serverPlace(provider: Provider, host: string): Place {
  return {
    key: `${provider.id} ${host}`,
    provider,
    host,
    name: provider.host === null || isOfTemplate(provider, host) ? provider.name : `${provider.name}-compatible server`,
    at: hostLabel(host),
  };
}

/** The kind of server, before its address is known. */
export function unaddressedPlace(provider: Provider): Place {
  return { ...serverPlace(provider, ""), key: `${provider.id} at an address`, host: null, at: "like git.example.org", open: "address" };
}

/** The place at an address that is known whole: the provider's public installation, or another one. */
export function placeAt(provider: Provider, address: string): Place {
  if (provider.host === null || !same(address, provider.host)) return serverPlace(provider, address);
  return { key: provider.id, provider, host: null, name: provider.name, at: hostLabel(provider.host) };
}

/** The place that a provider's name and perhaps an address stand for. */
export function placeOf(providers: readonly Provider[], id: string | undefined, host: string | undefined): Place | undefined {
  const provider = providers.find((each) => each.id === id);
  if (!provider) return undefined;
  return host === undefined ? publicPlace(provider) : placeAt(provider, host);
}

/** A place that can be gone to now: one whose parts nobody chose stands where their defaults lead. */
export function reachable(place: Place | undefined): Place | undefined {
  if (place?.open === undefined) return place;
  return place.open === "parts" && place.provider.host !== null ? placeAt(place.provider, place.provider.host) : undefined;
}

/** The clients that are ready at a place, the one that is taken first before the others. */
export function clientsAt(place: Place): Client[] {
  const host = place.host ?? place.provider.host;
  if (host === null || place.open === "address") return [];
  const clients = place.provider.clients.filter((client) => same(client.host, host));
  return [...clients.filter((client) => client.preferred), ...clients.filter((client) => !client.preferred)];
}

/** How many accounts are connected at a place: at its very host, not at others of the same kind. */
export function connectedAt(place: Place): number {
  const host = place.host ?? place.provider.host;
  if (place.open !== undefined || host === null) return place.provider.connected;
  return place.provider.connected_at.filter((each) => same(each, host)).length;
}

/** Servers of a person's own that a client is set up for: known without typing their address again. */
export function knownServers(provider: Provider): Place[] {
  const own = provider.clients.filter((client) => provider.host === null || !same(client.host, provider.host));
  const hosts = new Map(own.map((client) => [hostLabel(client.host).toLowerCase(), client.host]));
  return [...hosts.values()].map((host) => serverPlace(provider, host));
}

/** Whether two addresses are of one installation. */
export function same(one: string, other: string): boolean {
  return hostLabel(one).toLowerCase() === hostLabel(other).toLowerCase();
}

/** The host in an address, without a path. */
export function hostOf(address: string): string {
  return (hostLabel(address).split("/")[0] ?? "").toLowerCase();
}

/** The template as a person reads it: `‹org›.example.com`. */
function pattern(provider: Provider): string {
  return hostLabel(provider.template ?? "").replace(/\{([^}]*)\}/g, "‹$1›");
}

const PART = /^[a-z0-9._-]+$/i;

/** Whether an address is one of the provider's template, with its parts filled in. */
export function isOfTemplate(provider: Provider, address: string): boolean {
  if (provider.template === null) return false;
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const whole = hostLabel(provider.template).split(/\{[^}]*\}/).map(literal).join("[a-z0-9._-]+");
  return new RegExp(`^${whole}$`, "i").test(hostLabel(address));
}

/** What was typed into the fields of an open place, by the part's name; the whole address is under `ADDRESS`. */
export type Filled = Readonly<Record<string, string>>;

/** The name of the field for a whole address; no part of a template is called so. */
export const ADDRESS = "";

/** An open place with its address, or what is wrong in which field. */
export type Completed = { place: Place } | { wrong: Filled };

/** Builds the address of a place from what the person typed. A place that has one is left as it is. */
export function complete(place: Place, filled: Filled): Completed {
  if (place.open === undefined) return { place };
  return place.open === "address" ? atAddress(place.provider, filled[ADDRESS] ?? "") : fromParts(place.provider, filled);
}

function atAddress(provider: Provider, typed: string): Completed {
  if (typed.trim() === "") return { wrong: { [ADDRESS]: "Give the server’s address, such as git.example.org." } };
  const read = readAddress(typed);
  if (read.kind === "refused") return { wrong: { [ADDRESS]: read.reason } };
  return { place: placeAt(provider, read.address) };
}

function fromParts(provider: Provider, filled: Filled): Completed {
  const wrong: Record<string, string> = {};
  let address = provider.template ?? "";
  for (const part of provider.parts) {
    const typed = (filled[part.name] ?? "").trim();
    const value = typed === "" ? (part.default ?? "") : typed;
    if (value === "") wrong[part.name] = `Give the ${inSentence(part.label)}.`;
    else if (!PART.test(value)) wrong[part.name] = "Only letters, digits, - _ and . can be part of it; leave out everything around it.";
    address = address.replaceAll(`{${part.name}}`, value);
  }
  if (Object.keys(wrong).length > 0) return { wrong };
  return { place: placeAt(provider, address) };
}

/** A label as it stands in a sentence; an abbreviation keeps its capitals. */
function inSentence(label: string): string {
  return /^\p{Lu}\p{Ll}/u.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}

/** Whether a text is meant as an address, not as words. */
export function looksLikeAddress(text: string): boolean {
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
