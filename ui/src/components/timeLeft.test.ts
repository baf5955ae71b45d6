import { describe, expect, it } from "vitest";
import { clock, secondsLeft, spoken } from "./timeLeft";

describe("secondsLeft", () => {
  it("counts a begun second as whole, so that 0 means over", () => {
    expect(secondsLeft(10_000, 0)).toBe(10);
    expect(secondsLeft(10_000, 9_001)).toBe(1);
    expect(secondsLeft(10_000, 10_000)).toBe(0);
  });
  it("never goes below nothing", () => {
    expect(secondsLeft(10_000, 60_000)).toBe(0);
  });
});

describe("clock", () => {
  it("shows minutes and seconds, and hours only if there are any", () => {
    expect(clock(462)).toBe("7:42");
    expect(clock(60)).toBe("1:00");
    expect(clock(5)).toBe("0:05");
    expect(clock(4062)).toBe("1:07:42");
  });
});

describe("spoken", () => {
  it("speaks at five minutes and at one, once each", () => {
    expect(spoken(301, 300)).toBe("5 minutes left");
    expect(spoken(300, 299)).toBeUndefined();
    expect(spoken(61, 60)).toBe("1 minute left");
    expect(spoken(60, 59)).toBeUndefined();
  });
  it("says only the nearest mark when several were slept through", () => {
    expect(spoken(400, 40)).toBe("1 minute left");
  });
  it("says nothing at the end: the page itself changes then", () => {
    expect(spoken(61, 0)).toBeUndefined();
  });
});
