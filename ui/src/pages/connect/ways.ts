import type { SignIn, SignInWay } from "../../ipc/bindings";
import { clientsAt, type Place } from "./places";

/** A way in as a person sees it. Both ways back from a browser that need no hand are one to them. */
export type WayIn = "browser" | "device" | "paste" | "token";

/** The ways in that a place offers, in the provider's order, a token last. */
export function waysIn(place: Place): WayIn[] {
  const ways = new Set<WayIn>(place.provider.ways.map(wayInOf));
  if (place.provider.token) ways.add("token");
  return [...ways];
}

/** What a way back is to a person. */
export function wayInOf(way: SignInWay): Exclude<WayIn, "token"> {
  return way === "device" || way === "paste" ? way : "browser";
}

/** What to start a sign-in with: the first way back of the provider that is this way in. A token starts none. */
export function signInWay(place: Place, way: WayIn): SignInWay | undefined {
  return place.provider.ways.find((each) => wayInOf(each) === way);
}

/** Whether a way needs a client that is not there yet. */
export function needsClient(place: Place, way: WayIn): boolean {
  return way !== "token" && clientsAt(place).length === 0;
}

export const WAY_TITLES: Record<WayIn, string> = {
  browser: "Sign in with the browser",
  device: "Enter a code on another device",
  paste: "Sign in with the browser and bring a code back",
  token: "Paste an access token",
};

/** A sentence about a way at a place. */
export function wayNote(place: Place, way: WayIn): string {
  switch (way) {
    case "browser":
      return "You approve it there and come back here.";
    case "device":
      return "For remote shells and locked-down browsers.";
    case "paste":
      return `${place.name} shows a code when you have approved it, and you paste it here.`;
    case "token":
      if (place.provider.token_with_user) return `You make it at ${where(place)}; your user name goes with it.`;
      return `You choose its rights and end date at ${where(place)}.`;
  }
}

/** What the way back of a sign-in is called; of both, where a second one was opened beside the first. */
export function wayBackWords({ way, listens_at }: Pick<SignIn, "way" | "listens_at">): string {
  if (way === "deep-link" && listens_at !== null) return `${WAY_BACK["deep-link"]}, then ${WAY_BACK.loopback.replace("This", "this")}`;
  return WAY_BACK[way];
}

/** What one way back is called. */
export const WAY_BACK: Record<SignInWay, string> = {
  "deep-link": "App link",
  loopback: "This computer’s own address",
  device: "Code, typed on any device",
  paste: "Code, pasted here",
};

/** Where it is, for a sentence; its name as long as its address is not known. */
export function where(place: Place): string {
  return place.open === undefined ? place.at : place.name;
}
