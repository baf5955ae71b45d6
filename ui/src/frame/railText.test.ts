import { describe, expect, it } from "vitest";
import type { Account, SyncProgress, SyncStatus } from "../ipc/bindings";
import { initials, securityLine, syncFraction, syncSentence, vaultSentence } from "./railText";

const account = (id: string, login: string, host_label = "github.com") => ({ id, login, host_label }) as Account;
const words = { number: (value: number) => value.toLocaleString("en"), time: () => "14:08" };
const status = (part: Partial<SyncStatus>): SyncStatus => ({ accounts: 6, up_to_date: 4, as_of: "2026-11-24T13:08:00Z", offline_since: null, running: [], next: [], ...part });
const progress = (part: Partial<SyncProgress>): SyncProgress => ({
  account: "1", login: "fjordline-mara", stage: "reading", repositories: 0, expected: null, pages: 0, expected_pages: null, until: null, ...part,
});

describe("initials", () => {
  it("tell accounts apart, by the host where logins are the same", () => {
    const all = initials([account("1", "fjordline-mara"), account("2", "maralind"), account("3", "maralind", "codeberg.org"), account("4", "maralind")]);
    expect([...all.values()]).toEqual(["fm", "ma", "co", "gc"]);
    expect(new Set(all.values()).size).toBe(4);
  });
  it("find something for logins without letters", () => {
    expect(new Set(initials([account("1", "_-_"), account("2", "__")]).values()).size).toBe(2);
  });
});

describe("the line about syncing", () => {
  it("says what is read now before anything else", () => {
    expect(syncSentence(status({ running: [progress({ repositories: 4120, expected: 8214 })], offline_since: "x" }), words)).toBe(
      "Reading fjordline-mara, 4,120 of 8,214",
    );
    expect(syncSentence(status({ running: [progress({ repositories: 300 }), progress({ account: "2" })] }), words)).toBe(
      "Reading fjordline-mara and 1 more, 300 so far",
    );
    expect(syncSentence(status({ running: [progress({ stage: "waiting", until: "2026-11-24T13:08:00Z" })] }), words)).toContain("waits until 14:08");
  });
  it("says since when the list is not fresh", () => {
    expect(syncSentence(status({ offline_since: "2026-11-24T12:05:00Z" }), words)).toBe("Offline since 14:08; the list is from then");
  });
  it("says how much is up to date, and nothing without accounts", () => {
    expect(syncSentence(status({}), words)).toBe("4 of 6 up to date, 14:08");
    expect(syncSentence(status({ accounts: 0, up_to_date: 0, as_of: null }), words)).toBeUndefined();
  });
});

it("shows how far all that is read is, and no bar's worth where nothing is known", () => {
  expect(syncFraction(status({ running: [progress({ repositories: 50, expected: 100 }), progress({ repositories: 0, expected: 100 })] }))).toBe(0.25);
  expect(syncFraction(status({ running: [progress({ repositories: 120, expected: 100 })] }))).toBe(1);
  expect(syncFraction(status({ running: [progress({})] }))).toBeUndefined();
});

describe("the line about the vault", () => {
  it("says when it locks by itself, if it does", () => {
    expect(vaultSentence({ lock_after_idle_minutes: 15 })).toBe("Open, locks after 15 min idle");
    expect(vaultSentence({ lock_after_idle_minutes: 60 })).toBe("Open, locks after 1 h idle");
    expect(vaultSentence({ lock_after_idle_minutes: 90 })).toBe("Open, locks after 90 min idle");
    expect(vaultSentence({ lock_after_idle_minutes: 0 })).toBe("Open");
    expect(vaultSentence(undefined)).toBe("Open");
  });
  it("names what was noticed, a warning before a backup that failed, and nothing where all is fine", () => {
    const warning = { kind: "rolled_back" as const, message: "", hint: "" };
    expect(securityLine({ warnings: [warning], backup_problem: "full" })).toContain("older than they were");
    expect(securityLine({ warnings: [], backup_problem: "full" })).toBe("The last backup failed");
    expect(securityLine({ warnings: [], backup_problem: null })).toBeUndefined();
    expect(securityLine(undefined)).toBeUndefined();
  });
});
