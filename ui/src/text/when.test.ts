import { describe, expect, it } from "vitest";
import { since, size } from "./when";

const now = new Date(2026, 10, 24, 14, 8);
const before = (minutes: number) => since(new Date(now.getTime() - minutes * 60_000), now, "en-GB");

describe("since", () => {
  it("counts minutes, hours, days, and then names the day", () => {
    expect(before(0.5)).toBe("now");
    expect(before(1)).toBe("1 min");
    expect(before(59.9)).toBe("59 min");
    expect(before(60)).toBe("1 h");
    expect(before(24 * 60 - 1)).toBe("23 h");
    expect(before(24 * 60)).toBe("1 d");
    expect(before(14 * 24 * 60 - 1)).toBe("13 d");
    expect(before(14 * 24 * 60)).toBe("10 Nov");
    expect(before(400 * 24 * 60)).toBe("Oct 2025");
  });
  it("is not fooled by a clock ahead of ours", () => {
    expect(before(-2)).toBe("now");
    expect(before(-60 * 24 * 40)).toBe("Jan 2027");
  });
});

describe("size", () => {
  it("keeps two or three digits", () => {
    expect(size(0, "en")).toBe("0 kB");
    expect(size(84_000, "en")).toBe("86 MB");
    expect(size(1200, "en")).toBe("1.2 MB");
    expect(size(4_000_000, "en")).toBe("4.1 GB");
  });
});
