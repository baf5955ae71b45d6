import { expect, it } from "vitest";
import { destination } from "./rows";

it("goes one row at a time and stays inside the list", () => {
  expect(destination("ArrowDown", -1, 3, true)).toBe(0);
  expect(destination("ArrowDown", 2, 3, true)).toBe(2);
  expect(destination("ArrowUp", 0, 3, true)).toBe(0);
  expect(destination("End", 0, 3, true)).toBe(2);
  expect(destination("Home", 2, 3, true)).toBe(0);
});

it("knows J and K only while single letters are on", () => {
  expect(destination("j", 0, 3, true)).toBe(1);
  expect(destination("K", 1, 3, true)).toBe(0);
  expect(destination("j", 0, 3, false)).toBeUndefined();
});

it("has nowhere to go in an empty list", () => {
  expect(destination("ArrowDown", -1, 0, true)).toBeUndefined();
});
