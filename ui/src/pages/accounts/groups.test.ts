import { describe, expect, it } from "vitest";
import type { Account, Health } from "../../ipc/bindings";
import { someAccount as account } from "../../testing/someAccount";
import { accessSentence, countSentence, disconnectSentence, groups, healthLight, lackingScopes, repositoriesSentence } from "./groups";

const plain = (value: number) => String(value);

describe("groups", () => {
  it("puts what needs the person first, what mends itself second, the rest last", () => {
    const found = groups([account("w", "working"), account("t", "trying_again"), account("s", "soon"), account("n", "needs_you")]);
    expect(found.map((group) => [group.key, group.accounts.map((each) => each.login)])).toEqual([
      ["needs", ["s", "n"]],
      ["trying", ["t"]],
      ["working", ["w"]],
    ]);
  });
  it("leaves out what is empty", () => {
    expect(groups([account("w", "working")]).map((group) => group.title)).toEqual(["Working"]);
    expect(groups([])).toEqual([]);
  });
});

describe("lackingScopes", () => {
  it("names what was refused, and nothing that was never asked for", () => {
    const scopes = (["granted", "refused", "not_asked"] as const).map((state) => ({ name: state, sentence: "", state }));
    expect(lackingScopes({ scopes, off: [] })).toEqual(["refused"]);
    const off = ["refused", "never"].map((scope) => ({ scope, sentence: "Something is off", why: "It is missing" }));
    expect(lackingScopes({ scopes, off }), "and what something would need, once each").toEqual(["refused", "never"]);
  });
});

describe("healthLight", () => {
  it("gives each health its own shape", () => {
    const all: Health[] = ["working", "soon", "needs_you", "trying_again"];
    expect(new Set(all.map(healthLight)).size).toBe(4);
  });
});

describe("sentences", () => {
  it("count accounts and hosts", () => {
    expect(countSentence([account("a", "working"), account("b", "working")], plain)).toBe("2 accounts at 1 host");
    expect(countSentence([account("a", "working")], plain)).toBe("1 account at 1 host");
  });
  it("name what a disconnect ends, with the number", () => {
    expect(disconnectSentence(account("a", "working"), plain)).toContain("412 repositories leave the list");
    expect(disconnectSentence(account("a", "working", { repositories: 1 }), plain)).toContain("1 repository leaves the list");
    expect(disconnectSentence(account("a", "working", { lists: false }), plain)).not.toContain("repositor");
  });

  it("count repositories once the number is known", () => {
    expect(repositoriesSentence(undefined, 2, plain)).toBe("");
    expect(repositoriesSentence(1, 1, plain)).toBe("1 repository in 1 account");
    expect(repositoriesSentence(12480, 6, plain)).toBe("12480 repositories in 6 accounts");
  });

  it("say how long access lasts, and that it has ended", () => {
    const now = new Date(2026, 10, 24);
    const say = (part: Partial<Account>) => accessSentence(account("a", "working", { renews_itself: false, ...part }), now, () => "then");
    expect(say({ renews_itself: true })).toBe("Renews itself");
    expect(say({})).toBe("No end date");
    expect(say({ access_ends_at: new Date(2026, 11, 4).toISOString() })).toBe("Ends then");
    expect(say({ access_ends_at: new Date(2026, 10, 4).toISOString() })).toBe("Ended then");
    expect(say({ health: "needs_you", renews_itself: true })).toContain("Ended");
  });
});
