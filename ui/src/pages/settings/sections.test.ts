import { describe, expect, it } from "vitest";
import { backupWords, idleWords, intervals, readSettingsSearch, secondsWords, sectionOf, stepsOf } from "./sections";

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

describe("the address of the settings", () => {
  it("takes what Security can ask, and nothing else", () => {
    expect(readSettingsSearch({ section: "security", ask: "remove", slot: "slot-1" })).toEqual({ section: "security", ask: "remove", slot: "slot-1" });
    expect(readSettingsSearch({ section: "nothing", ask: "everything", slot: 3 })).toEqual({ section: "general" });
    expect(readSettingsSearch({})).toEqual({});
  });
});

describe("choices of Security", () => {
  it("are said in words", () => {
    expect([1, 15, 60, 240, 90, 0].map(idleWords)).toEqual(["1 minute", "15 minutes", "1 hour", "4 hours", "90 minutes", "Never"]);
    expect([10, 60, 120].map(secondsWords)).toEqual(["10 seconds", "1 minute", "2 minutes"]);
    expect([1, 7, 14, 0].map(backupWords)).toEqual(["Every day", "Every week", "Every 14 days", "By hand only"]);
  });
  it("keep a value that was set elsewhere, in its place", () => {
    expect(stepsOf([1, 5, 15, 0], 7, String).map((each) => each.value)).toEqual([1, 5, 7, 15, 0]);
  });
});
