import { describe, expect, it } from "vitest";
import { clockTime, dayName, moment, number, onDay, shortMoment } from "./when";

const now = new Date(2026, 10, 24, 14, 8);
const en = "en-GB";

describe("dayName", () => {
  it("says today and yesterday by the calendar, not by hours", () => {
    expect(dayName(new Date(2026, 10, 24, 0, 0), now, en)).toBe("Today");
    expect(dayName(new Date(2026, 10, 23, 23, 59), now, en)).toBe("Yesterday");
    expect(dayName(new Date(2026, 10, 22, 23, 59), now, en)).toBe("22 November");
  });
  it("adds the year where it is another", () => {
    expect(dayName(new Date(2025, 10, 22), now, en)).toBe("22 November 2025");
  });
});

describe("onDay", () => {
  it("is small where the day is a word, and leaves a month its capital", () => {
    expect(onDay(new Date(2026, 10, 23), now, en)).toBe("yesterday");
    expect(onDay(new Date(2026, 10, 4), now, en)).toBe("4 November");
  });
});

describe("moments", () => {
  it("put the day before the time", () => {
    expect(moment(new Date(2026, 10, 24, 14, 8), now, en)).toBe("Today, 14:08");
    expect(shortMoment(new Date(2026, 10, 24, 9, 5), now, en)).toBe("09:05");
    expect(shortMoment(new Date(2026, 10, 4, 9, 5), now, en)).toBe("4 Nov, 09:05");
    expect(clockTime(new Date(2026, 10, 4, 9, 5), en)).toBe("09:05");
  });
});

describe("number", () => {
  it("groups thousands and keeps the digits asked for", () => {
    expect(number(12480, 0, en)).toBe("12,480");
    expect(number(0.2, 1, en)).toBe("0.2");
    expect(number(11, 1, en)).toBe("11.0");
  });
});
