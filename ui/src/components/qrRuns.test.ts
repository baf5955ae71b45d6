import { expect, it } from "vitest";
import { runs } from "./qrRuns";

it("draws each run of dark modules once, behind the quiet zone", () => {
  expect(runs(["##.#", "....", ".###", "#..."])).toBe("M4 4h2v1h-2zM7 4h1v1h-1zM5 6h3v1h-3zM4 7h1v1h-1z");
  expect(runs([])).toBe("");
});
