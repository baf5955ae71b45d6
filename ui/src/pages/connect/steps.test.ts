import { describe, expect, it } from "vitest";
import { isAlive, stepStates } from "./steps";

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
