/**
 * The platform of a plain browser: a keeper in memory, told by the address what to be like, such as
 * `?vault=locked`, `?accounts=none`, `?accounts=more`, `?rows=100000`, `?offline`, `?latency=40`; about the vault also
 * `?slots=keychain,recovery`, `?keychain=denied`, `?locked=idle`, `?wrong=9`, `?notice=…`, `?backups=none`,
 * `?backupProblem=…`, `?warnings=rolled_back,recovery_used`. The app's build has none of this.
 */
import type { Keychain, LockCause, Place, SlotKind, VaultState, WarningKind } from "../bindings";
import type { Platform } from "../platform";
import { fakePlatform } from "./keeper";

export async function createPlatform(): Promise<Platform> {
  const asked = new URLSearchParams(location.search);
  const number = (name: string) => (asked.has(name) ? { [name]: Number(asked.get(name)) } : {});
  const text = (name: string) => (asked.has(name) ? { [name]: asked.get(name) } : {});
  const place = asked.get("place");
  const platform = fakePlatform({
    ...(asked.has("vault") ? { vault: asked.get("vault") as VaultState } : {}),
    ...(asked.has("accounts") ? { accounts: asked.get("accounts") as "none" | "more" } : {}),
    ...(asked.has("offline") ? { offline: true } : {}),
    ...(asked.has("slots") ? { slots: asked.get("slots")?.split(",").filter(Boolean) as SlotKind[] } : { slots: ["keychain", "passphrase", "recovery"] }),
    ...(asked.has("keychain") ? { keychain: asked.get("keychain") as Keychain } : {}),
    ...(asked.has("locked") ? { locked: asked.get("locked") as LockCause } : {}),
    ...(asked.has("warnings") ? { warnings: asked.get("warnings")?.split(",") as WarningKind[] } : {}),
    ...(asked.get("backups") === "none" ? { backups: "none" } : {}),
    ...text("notice"),
    ...text("backupProblem"),
    ...number("wrong"),
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
