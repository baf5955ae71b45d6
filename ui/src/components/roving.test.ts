import { describe, expect, it } from "vitest";
import { digit, direction, step } from "./roving";

describe("step", () => {
  it("goes on, back and round", () => {
    expect(step(0, 1, [true, true, true])).toBe(1);
    expect(step(2, 1, [true, true, true])).toBe(0);
    expect(step(0, -1, [true, true, true])).toBe(2);
  });
  it("skips what can't be chosen, and stays where nothing else can", () => {
    expect(step(0, 1, [true, false, true])).toBe(2);
    expect(step(1, 1, [false, true, false])).toBe(1);
    expect(step(0, 1, [false, false])).toBe(0);
  });
});

describe("direction", () => {
  it("follows the direction of the text sideways and not up and down", () => {
    expect(direction("ArrowRight", false)).toBe(1);
    expect(direction("ArrowRight", true)).toBe(-1);
    expect(direction("ArrowDown", true)).toBe(1);
    expect(direction("a", false)).toBeUndefined();
  });
});

describe("digit", () => {
  it("names the first nine and nothing else", () => {
    expect(digit("1", 2)).toBe(0);
    expect(digit("2", 2)).toBe(1);
    expect(digit("3", 2)).toBeUndefined();
    expect(digit("0", 2)).toBeUndefined();
    expect(digit("F1", 2)).toBeUndefined();
  });
});
