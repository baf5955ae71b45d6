import type { LockedSince } from "../../ipc/bindings";
import { clockTime, onDay } from "../when";

/** Since when the vault is locked, and why, as a sentence. */
export function lockedSince({ at, cause }: LockedSince, idleMinutes: number | undefined, now: Date, locale?: string): string {
  const then = new Date(at);
  const time = clockTime(then, locale);
  const today = onDay(then, now, locale) === onDay(now, now, locale);
  const since = today ? time : `${onDay(then, now, locale)}, ${time}`;
  return `Since ${since}, ${why(cause, idleMinutes)}.`;
}

function why(cause: LockedSince["cause"], idleMinutes: number | undefined): string {
  switch (cause) {
    case "asked":
      return "as you asked";
    case "idle":
      return idleMinutes ? `after ${idleMinutes === 1 ? "a minute" : `${idleMinutes} minutes`} without use` : "after a while without use";
    case "sleep":
      return "when the computer went to sleep";
    case "screen_lock":
      return "when the screen was locked";
  }
}
