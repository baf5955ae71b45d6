import { describe, expect, it } from "vitest";
import type { NextSync } from "../../ipc/bindings";
import { hostLimit, nextLook } from "./nextLook";

const NOW = new Date("2026-11-24T14:08:00Z");
const time = (at: Date) => at.toISOString().slice(11, 16);
const next = (part: Partial<NextSync>): NextSync => ({
  account: "own",
  login: "octo",
  host_label: "git.example.org",
  at: null,
  because: "interval",
  every_minutes: null,
  host_waits_until: null,
  at_once: 10,
  at_once_most: 10,
  ...part,
});

describe("the next look", () => {
  it("says when", () => {
    expect(nextLook(next({ at: "2026-11-24T14:30:00Z" }), NOW, time)).toBe("14:30");
    expect(nextLook(next({ at: "2026-11-24T14:00:00Z" }), NOW, time)).toBe("Now");
  });

  it("says why then, and why not at all", () => {
    expect(nextLook(next({ at: "2026-11-24T14:30:00Z", because: "limited" }), NOW, time)).toBe("14:30, the host asked to wait");
    expect(nextLook(next({ because: "offline" }), NOW, time)).toBe("Waits for a network");
    expect(nextLook(next({ because: "running" }), NOW, time)).toBe("Being read now");
  });

  it("tells of the host's limits only where there are any", () => {
    expect(hostLimit(next({}), time)).toBeUndefined();
    expect(hostLimit(next({ at_once: 5 }), time)).toBe("5 of 10 requests at once for a while");
    expect(hostLimit(next({ at_once: 5, host_waits_until: "2026-11-24T14:12:00Z" }), time)).toBe("Asked to be left alone until 14:12");
  });
});
