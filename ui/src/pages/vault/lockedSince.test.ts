import { expect, it } from "vitest";
import type { LockCause } from "../../ipc/bindings";
import { lockedSince } from "./lockedSince";

const now = new Date(2026, 10, 24, 14, 8);
const since = (cause: LockCause, at = new Date(2026, 10, 24, 13, 58), minutes?: number) =>
  lockedSince({ at: at.toISOString(), cause }, minutes, now, "en-GB");

it("says when and why, for every cause", () => {
  expect(since("idle", undefined, 15)).toBe("Since 13:58, after 15 minutes without use.");
  expect(since("idle")).toBe("Since 13:58, after a while without use.");
  expect(since("idle", undefined, 1)).toBe("Since 13:58, after a minute without use.");
  expect(since("asked")).toBe("Since 13:58, as you asked.");
  expect(since("sleep")).toBe("Since 13:58, when the computer went to sleep.");
  expect(since("screen_lock")).toBe("Since 13:58, when the screen was locked.");
});

it("names the day where it is another", () => {
  expect(since("sleep", new Date(2026, 10, 23, 22, 1))).toBe("Since yesterday, 22:01, when the computer went to sleep.");
  expect(since("sleep", new Date(2026, 10, 20, 22, 1))).toBe("Since 20 November, 22:01, when the computer went to sleep.");
});
