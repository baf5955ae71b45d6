import { describe, expect, it } from "vitest";
import { intervals, sectionOf } from "./sections";

describe("sectionOf", () => {
  it("takes the address's word for a section, and nothing else", () => {
    expect(sectionOf("clients")).toBe("clients");
    expect(sectionOf("nothing")).toBe("general");
    expect(sectionOf(undefined)).toBe("general");
  });
});

describe("intervals", () => {
  it("says each in words, with off at the end", () => {
    expect(intervals(30).map((each) => each.label)).toEqual([
      "Every 5 minutes",
      "Every 15 minutes",
      "Every 30 minutes",
      "Every hour",
      "Every 3 hours",
      "Every 12 hours",
      "Once a day",
      "Off",
    ]);
  });
  it("keeps a value that was set elsewhere", () => {
    expect(intervals(45).map((each) => each.value)).toEqual([5, 15, 30, 45, 60, 180, 720, 1440, 0]);
  });
});
