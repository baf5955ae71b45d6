/**
 * The platform of a plain browser: a keeper in memory, told by the address what to be like, such as
 * `?vault=locked`, `?accounts=none`, `?rows=100000`, `?offline`, `?latency=40`. The app's build has none of this.
 */
import type { Place, VaultState } from "../bindings";
import type { Platform } from "../platform";
import { fakePlatform } from "./keeper";

export async function createPlatform(): Promise<Platform> {
  const asked = new URLSearchParams(location.search);
  const number = (name: string) => (asked.has(name) ? { [name]: Number(asked.get(name)) } : {});
  const place = asked.get("place");
  const platform = fakePlatform({
    ...(asked.has("vault") ? { vault: asked.get("vault") as VaultState } : {}),
    ...(asked.get("accounts") === "none" ? { accounts: "none" } : {}),
    ...(asked.has("offline") ? { offline: true } : {}),
    ...number("rows"),
    ...number("latency"),
    ...number("pace"),
    place: place === null ? null : (JSON.parse(place) as Place),
  });
  // The browser's way back, without a browser.
  const { openSignIn } = platform;
  platform.openSignIn = async (id) => {
    const answer = await openSignIn(id);
    setTimeout(() => void platform.fake.comeBack(id).catch(() => undefined), 2500);
    return answer;
  };
  // For trying things at the console: `drawbridge.fake.lock()`, `drawbridge.fake.push({ id: 9 })`.
  Object.assign(globalThis, { drawbridge: platform });
  return platform;
}
