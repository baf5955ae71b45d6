import { describe, expect, it } from "vitest";
import type { Account } from "../../ipc/bindings";
import { someAccount } from "../../testing/someAccount";
import { asOf } from "./words";

const say = (accounts: readonly Account[], listed: number) =>
  asOf(accounts, listed, { moment: (at) => `Today, ${at.toISOString().slice(11, 16)}`, number: String });
const ONE = someAccount("ann", "working", { synced_at: "2026-11-22T14:08:00Z" });

describe("since when the list is as it is", () => {
  it("says what was not read to its end", () => {
    const unread = someAccount("ben", "working");
    expect(say([unread], 0)).toBe("Nothing was read yet");
    expect(say([unread], 500)).toBe("Not everything is listed yet");
    expect(say([ONE, unread], 500)).toBe("List as of 14:08; ben not all listed yet");
    expect(say([ONE, unread, someAccount("cho", "working")], 500)).toBe("List as of 14:08; 2 accounts not all listed yet");
    expect(say([ONE, someAccount("kit", "working", { lists: false })], 500)).toBe("List as of 14:08");
  });

  it("names what is older than the rest", () => {
    const old = someAccount("old", "needs_you", { synced_at: "2026-11-22T09:00:00Z" });
    expect(say([ONE, old], 500)).toBe("List as of 14:08; old as of 09:00");
    expect(say([ONE, old, old], 500)).toBe("List as of 14:08; 2 accounts as they were before");
  });
});
