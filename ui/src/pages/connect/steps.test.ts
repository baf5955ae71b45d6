import { describe, expect, it } from "vitest";
import { ending, isAlive, stepStates } from "./steps";

describe("stepStates", () => {
  it("has exactly one present step while the sign-in is alive", () => {
    for (const state of ["waiting", "exchanging", "checking"] as const) {
      expect(Object.values(stepStates({ state, problem: null })).filter((step) => step === "now")).toHaveLength(1);
    }
  });
  it("moves on with the sign-in", () => {
    expect(stepStates({ state: "waiting", problem: null })).toMatchObject({ open: "done", approve: "now", check: "next" });
    expect(stepStates({ state: "checking", problem: null })).toMatchObject({ check: "done", compare: "now", seal: "next" });
    expect(new Set(Object.values(stepStates({ state: "connected", problem: null })))).toEqual(new Set(["done"]));
  });
  it("shows where it failed: at the approval if somebody said no, at the check otherwise", () => {
    const problem = (code: "sign_in_denied" | "sign_in_failed") => ({ code, message: "", hint: "" });
    expect(stepStates({ state: "failed", problem: problem("sign_in_denied") })).toMatchObject({ approve: "failed", check: "over" });
    expect(stepStates({ state: "failed", problem: problem("sign_in_failed") })).toMatchObject({ approve: "done", check: "failed" });
  });
  it("has nothing present once it is over", () => {
    for (const state of ["expired", "cancelled", "failed", "connected"] as const) {
      expect(Object.values(stepStates({ state, problem: null }))).not.toContain("now");
      expect(isAlive({ state })).toBe(false);
    }
  });
});

describe("ending", () => {
  const times = { started_at: "2026-11-22T12:00:00Z", ends_at: "2026-11-22T12:10:00Z" };
  it("says nothing while it is alive, and nothing when it worked", () => {
    for (const state of ["waiting", "exchanging", "checking", "connected"] as const) {
      expect(ending({ state, problem: null, ...times })).toBeUndefined();
    }
  });
  it("says what the keeper says, and its own words where there are none", () => {
    const problem = { code: "sign_in_denied", message: "You said no there.", hint: "Start again." } as const;
    expect(ending({ state: "failed", problem, ...times })).toEqual({
      tone: "danger",
      title: "You said no there.",
      hint: "Start again.",
    });
    expect(ending({ state: "expired", problem: null, ...times })?.title).toBe("Nothing came back in 10 minutes. Nothing was changed.");
  });
});
