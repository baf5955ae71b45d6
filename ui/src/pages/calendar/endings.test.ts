import { describe, expect, it } from "vitest";
import type { Account, Ending, Health } from "../../ipc/bindings";
import { countSentence, dueDay, endingLight, entryGroups, leftWords } from "./endings";

const now = new Date(2026, 10, 24, 14, 8);
const ending = (account: string, days_left: number, over: Partial<Ending> = {}): Ending => ({
  account,
  credential: null,
  client: null,
  login: account,
  host_label: "alpha.example",
  provider: "alpha",
  kind: "access",
  at: new Date(now.getTime() + days_left * 86_400_000).toISOString(),
  by_itself: false,
  days_left,
  over: false,
  sentence: `${account} ends`,
  ...over,
});
const account = (id: string, health: Health = "working") => ({ id, health, state: `${id} ended` }) as Account;
const keys = (endings: Ending[], accounts: Account[] = []) =>
  entryGroups(endings, accounts).map((group) => [group.key, group.entries.map((entry) => entry.account)]);

describe("the groups", () => {
  it("tell by the days that are left, with their borders", () => {
    expect(keys([ending("a", 0), ending("b", 6), ending("c", 7), ending("d", 30), ending("e", 31)])).toEqual([
      ["week", ["a", "b"]],
      ["month", ["c", "d"]],
      ["later", ["e"]],
    ]);
  });
  it("put what is over first, and what looks after itself last, even if it is over", () => {
    expect(keys([ending("itself", 0, { by_itself: true, over: true }), ending("soon", 3), ending("gone", 0, { over: true })])).toEqual([
      ["needs", ["gone"]],
      ["week", ["soon"]],
      ["itself", ["itself"]],
    ]);
  });
  it("name an account that waits for a sign-in once, also if nothing of it has a day", () => {
    const endings = [ending("broken", 0, { by_itself: true }), ending("broken", 100, { kind: "sign_in" })];
    expect(keys(endings, [account("broken", "needs_you"), account("other", "needs_you"), account("fine")])).toEqual([["needs", ["broken", "other"]]]);
  });
  it("are none where nothing ends", () => {
    expect(entryGroups([], [account("fine")])).toEqual([]);
  });
});

describe("shapes and words", () => {
  it("are quiet for what renews itself", () => {
    expect(endingLight({ by_itself: true, over: true, days_left: 0 })).toBe("ok");
    expect(leftWords({ by_itself: true, over: true, days_left: 0 })).toBe("renewed at its next use");
  });
  it("say how near an end is", () => {
    const near = (days_left: number, over = false) => ({ by_itself: false, over, days_left });
    expect([near(0, true), near(13), near(14)].map(endingLight)).toEqual(["stop", "soon", "ok"]);
    expect([near(0, true), near(0), near(1), near(10)].map(leftWords)).toEqual(["over", "in less than a day", "in 1 day", "in 10 days"]);
  });
  it("name tomorrow, and the day by the calendar", () => {
    expect(dueDay(new Date(2026, 10, 24, 23, 59), now, "en-GB")).toBe("Today");
    expect(dueDay(new Date(2026, 10, 25, 0, 1), now, "en-GB")).toBe("Tomorrow");
    expect(dueDay(new Date(2026, 11, 4), now, "en-GB")).toBe("4 December");
  });
  it("count what is to be seen to", () => {
    const say = (endings: Ending[]) => countSentence(entryGroups(endings, []), String);
    expect(say([ending("a", 0, { over: true }), ending("b", 3), ending("c", 20)])).toBe("1 needs you; 2 end within a month");
    expect(say([ending("c", 200)])).toBe("Nothing ends within a month");
  });
});
