import { expect, it } from "vitest";
import { passphraseProblem } from "./passphrase";

it("wants eight characters, counted as a person counts them", () => {
  expect(passphraseProblem("", "").first).toBeDefined();
  expect(passphraseProblem("seven77", "seven77").first).toContain("7 of at least 8");
  expect(passphraseProblem("🦊🦊🦊🦊", "🦊🦊🦊🦊").first).toContain("4 of at least 8");
});

it("wants it twice, and says when the two differ", () => {
  expect(passphraseProblem("oxbow lantern", "").second).toContain("once more");
  expect(passphraseProblem("oxbow lantern", "oxbow lanterm").second).toBe("The two are different.");
  expect(passphraseProblem("oxbow lantern", "oxbow lantern")).toEqual({});
});
