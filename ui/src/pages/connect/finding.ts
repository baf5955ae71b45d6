/** What the picker's field finds: services by name or address, in groups, and servers at an address that was typed. */
import type { Provider } from "../../ipc/bindings";
import { fold } from "../../text/marking";
import { clientsAt, connectedAt, hostOf, isOfTemplate, knownServers, looksLikeAddress, type Place, publicPlace, readAddress, serverPlace, unaddressedPlace } from "./places";

/** Some places under one heading. */
export type PlaceGroup = { key: string; title: string; places: Place[] };

export type Found = {
  /** In their order, none of them empty. */
  groups: PlaceGroup[];
  /** Why the typed address can't be used. */
  refusal?: string;
  /** The typed address, where it is not known what kind of server stands there. */
  unknownAt?: string;
};

/** The kinds of service, in the order they stand in. One that is not known here stands at the end. */
const CATEGORIES: readonly (readonly [category: string, title: string])[] = [
  ["code", "Code hosts"],
  ["work", "Planning and documents"],
  ["chat", "Chat and meetings"],
  ["cloud", "Cloud"],
  ["files", "Files and pictures"],
  ["business", "Business"],
  ["social", "People and media"],
  ["identity", "Sign-in services"],
  ["any", "Any server"],
];
const LAST = "any";

/** What a text in the field finds. */
export function find(providers: readonly Provider[], typed: string): Found {
  const text = typed.trim();
  const all = providers.flatMap((provider) => [publicPlace(provider), ...knownServers(provider)]);
  const kinds = providers.filter((provider) => provider.self_hosted && provider.host !== null).map(unaddressedPlace);
  if (text === "") return { groups: grouped([...all, ...kinds]) };

  const address = looksLikeAddress(text) ? readAddress(text) : undefined;
  const at = address?.kind === "address" ? hostOf(address.address) : undefined;
  const words = fold(text);
  const isAt = (place: Place) => at !== undefined && place.open === undefined && hostOf(place.at) === at;
  const named = (place: Place) => fold(place.name).includes(words) || (place.open !== "address" && fold(place.at).includes(words));
  const places = all.filter((place) => named(place) || isAt(place) || isPublicAt(place, at));

  if (address?.kind !== "address") {
    const found = grouped([...places, ...kinds.filter(named)]);
    return address === undefined ? { groups: found } : { groups: found, refusal: address.reason };
  }
  // An address made from a template is a place of that provider, whoever else could be there.
  const made = providers
    .filter((provider) => isOfTemplate(provider, address.address))
    .map((provider) => serverPlace(provider, address.address))
    .filter((place) => !places.some((other) => other.key === place.key));
  const here = [...made, ...places];
  if (made.length > 0 || places.some((place) => isAt(place) || isPublicAt(place, at))) return { groups: grouped(here) };
  const servers = inOrder(providers.filter((provider) => provider.self_hosted)).map((provider) => serverPlace(provider, address.address));
  const own = { key: "server", title: "Your own server at that address", places: servers };
  if (servers.length === 0) return { groups: grouped(places) };
  return { groups: [...grouped(places), own], unknownAt: address.address };
}

/** Whether the provider itself stands at this host, though parts of its address can be chosen. */
function isPublicAt(place: Place, at: string | undefined): boolean {
  return at !== undefined && place.open === "parts" && place.provider.host !== null && hostOf(place.provider.host) === at;
}

/** Whether it can be gone to at once: a client is set up there, or somebody is connected already. */
function isReady(place: Place): boolean {
  return clientsAt(place).length > 0 || (place.key === place.provider.id && connectedAt(place) > 0);
}

function grouped(places: readonly Place[]): PlaceGroup[] {
  const ready = places.filter(isReady);
  const rest = places.filter((place) => !isReady(place));
  const of = (category: string) => rest.filter((place) => categoryOf(place) === category);
  const groups = [
    { key: "ready", title: "Ready", places: ready },
    ...CATEGORIES.map(([key, title]) => ({ key, title, places: of(key) })),
  ];
  return groups.filter((group) => group.places.length > 0);
}

/** A kind of server stands with any other server until it has an address. */
function categoryOf(place: Place): string {
  if (place.open === "address" && place.provider.host !== null) return LAST;
  const { category } = place.provider;
  return CATEGORIES.some(([key]) => key === category) ? category : LAST;
}

/** Providers by their categories, within one in the catalogue's order. */
function inOrder(providers: readonly Provider[]): Provider[] {
  const rank = ({ category }: Provider) => {
    const index = CATEGORIES.findIndex(([key]) => key === category);
    return index < 0 ? CATEGORIES.length : index;
  };
  return [...providers].sort((one, other) => rank(one) - rank(other));
}
