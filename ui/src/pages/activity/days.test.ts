import { describe, expect, it } from "vitest";
import type { SyncRun } from "../../ipc/bindings";
import { asQuery, byDay, outcomeLight, requestSentence, requestsOn, took } from "./days";

function run(id: number, at: Date, over: Partial<SyncRun> = {}): SyncRun {
  return {
    id,
    account: "a",
    login: "mara",
    started_at: at.toISOString(),
    took_ms: 200,
    outcome: "unchanged",
    sentence: "Nothing new.",
    added: 0,
    changed: 0,
    removed: 0,
    requests: 1,
    unmodified: 1,
    ...over,
  };
}

const noon = (day: number) => new Date(2026, 10, day, 12);

describe("byDay", () => {
  it("keeps the order and begins a new group at midnight of this place", () => {
    const late = new Date(2026, 10, 21, 23, 59);
    const early = new Date(2026, 10, 22, 0, 1);
    const days = byDay([run(3, noon(22)), run(2, early), run(1, late)]);
    expect(days.map((day) => day.runs.map((each) => each.id))).toEqual([[3, 2], [1]]);
  });
  it("has no day without a run", () => {
    expect(byDay([])).toEqual([]);
  });
});

describe("asQuery", () => {
  it("asks for one filter at most", () => {
    expect(asQuery("all")).toEqual({ only_changes: false, only_problems: false });
    expect(asQuery("changes")).toEqual({ only_changes: true, only_problems: false });
    expect(asQuery("problems")).toEqual({ only_changes: false, only_problems: true });
  });
});

describe("outcomeLight", () => {
  it("gives what needs the person the octagon, and only that", () => {
    expect(outcomeLight("needs_you")).toBe("stop");
    expect(outcomeLight("held_back")).toBe("soon");
    expect(outcomeLight("stopped")).toBe("soon");
    expect(outcomeLight("unreachable")).toBe("off");
    expect(outcomeLight("unchanged")).toBe("ok");
  });
});

describe("took", () => {
  const plain = (number: number, digits: number) => number.toFixed(digits);
  it("says seconds with one digit, minutes when there are many", () => {
    expect(took(200, plain)).toBe("0.2 s");
    expect(took(41_200, plain)).toBe("41.2 s");
    expect(took(180_000, plain)).toBe("3 min");
  });
});

describe("requestsOn", () => {
  it("sums that day and no other", () => {
    const runs = [run(2, noon(22), { requests: 5, unmodified: 3 }), run(1, noon(21), { requests: 50 })];
    expect(requestsOn(noon(22), runs)).toEqual({ requests: 5, unmodified: 3 });
  });
});

describe("requestSentence", () => {
  it("says what was sent and what of it was free", () => {
    expect(requestSentence(0, 0, String)).toBe("No requests today");
    expect(requestSentence(1, 0, String)).toBe("1 request today");
    expect(requestSentence(216, 171, String)).toContain("216 requests today; 171 were answered");
  });
});
