import { describe, expect, it } from "vitest";
import type { SyncProgress } from "../../ipc/bindings";
import { fraction, progressSentence } from "./progress";

const plain = (value: number) => String(value);
function progress(over: Partial<SyncProgress>): SyncProgress {
  return {
    account: "a",
    login: "mara",
    stage: "reading",
    repositories: 0,
    expected: null,
    pages: 0,
    expected_pages: null,
    until: null,
    ...over,
  };
}

describe("progressSentence", () => {
  it("says numbers as soon as there are any", () => {
    expect(progressSentence(progress({}), plain)).toBe("Reading");
    expect(progressSentence(progress({ repositories: 300 }), plain)).toBe("Reading, 300 so far");
    expect(progressSentence(progress({ repositories: 300, expected: 412 }), plain)).toBe("Reading, 300 of 412");
  });
  it("says that the host asked to wait", () => {
    expect(progressSentence(progress({ stage: "waiting", until: "2026-11-22T12:00:00Z" }), plain)).toMatch(/until .*\d/);
    expect(progressSentence(progress({ stage: "waiting" }), plain)).toBe("The host asked to wait");
  });
});

describe("fraction", () => {
  it("counts repositories, else pages, else is not known", () => {
    expect(fraction(progress({ repositories: 50, expected: 200, pages: 9, expected_pages: 10 }))).toBe(0.25);
    expect(fraction(progress({ pages: 9, expected_pages: 10 }))).toBe(0.9);
    expect(fraction(progress({}))).toBeUndefined();
  });
  it("never passes the end", () => {
    expect(fraction(progress({ repositories: 250, expected: 200 }))).toBe(1);
  });
});
