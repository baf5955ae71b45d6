import type { SignInWay } from "../../ipc/bindings";
import { clientsAt, type Place } from "./places";

/** A way in as a person sees it. Both ways back from a browser are one to them. */
export type WayIn = "browser" | "device" | "token";

/** The ways in that a place offers, the best first. */
export function waysIn(place: Place): WayIn[] {
  const ways: WayIn[] = [];
  if (browserWay(place) !== undefined) ways.push("browser");
  if (place.provider.ways.includes("device")) ways.push("device");
  if (place.provider.token) ways.push("token");
  return ways;
}

/** How the browser's answer comes back: the first of the two that the provider names. */
export function browserWay(place: Place): SignInWay | undefined {
  return place.provider.ways.find((way) => way === "deep-link" || way === "loopback");
}

/** What to start a sign-in with; a token starts none. */
export function signInWay(place: Place, way: WayIn): SignInWay | undefined {
  if (way === "browser") return browserWay(place);
  return way === "device" ? "device" : undefined;
}

/** Whether a way needs a client that is not there yet. */
export function needsClient(place: Place, way: WayIn): boolean {
  return way !== "token" && clientsAt(place).length === 0;
}

/** The way to mark at first: one that works at once, if there is one without asking for a client. */
export function firstWay(place: Place): WayIn | undefined {
  return waysIn(place)[0];
}

export const WAY_TITLES: Record<WayIn, string> = {
  browser: "Sign in with the browser",
  device: "Enter a code on another device",
  token: "Paste an access token",
};

/** A sentence about a way at a place. */
export function wayNote(place: Place, way: WayIn): string {
  switch (way) {
    case "browser":
      return "You approve it there and come back here.";
    case "device":
      return "For remote shells and locked-down browsers.";
    case "token":
      return `You choose its rights and end date at ${place.at}.`;
  }
}

/** What the way back is called. */
export const WAY_BACK: Record<SignInWay, string> = {
  "deep-link": "App link",
  loopback: "This computer’s own address",
  device: "Code, typed on any device",
};
