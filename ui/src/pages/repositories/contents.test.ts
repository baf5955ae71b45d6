import { describe, expect, it } from "vitest";
import type { Problem, RepositoryContents } from "../../ipc/bindings";
import { counts, isDue, newer, visible, wantsFilter } from "./contents";

const NOW = new Date("2026-11-22T12:00:00Z");
const OFFLINE: Problem = { code: "unreachable", message: "forge.example could not be reached.", hint: "" };

function contents(readme: string | null, references: string | null, problem: Problem | null = null): RepositoryContents {
  return {
    repository: 1,
    full_name: "acme/boats",
    web_url: "https://forge.example/acme/boats",
    readme: { found: readme === null ? { kind: "unread" } : { kind: "none" }, read_at: readme, problem },
    references: { default_branch: "main", branches: [], branch_count: 0, tags: [], tag_count: 0, truncated: false, read_at: references, problem: null },
  };
}

describe("a host is asked again", () => {
  it.each([
    ["nothing is known", undefined, null, true],
    ["one of the two was never read", contents("2026-11-22T11:59:00Z", null), null, true],
    ["it was read a moment ago", contents("2026-11-22T11:59:00Z", "2026-11-22T11:59:00Z"), null, false],
    ["it was read long ago", contents("2026-11-22T11:50:00Z", "2026-11-22T11:59:00Z"), null, true],
    ["it failed", contents("2026-11-22T11:59:00Z", "2026-11-22T11:59:00Z", OFFLINE), null, true],
    ["somebody pushed since", contents("2026-11-22T11:59:00Z", "2026-11-22T11:59:00Z"), "2026-11-22T11:59:30Z", true],
    ["somebody pushed before", contents("2026-11-22T11:59:00Z", "2026-11-22T11:59:00Z"), "2026-11-22T11:58:30Z", false],
  ])("if %s", (_, known, pushed, due) => {
    expect(isDue(known, pushed, NOW)).toBe(due);
  });
});

it("what tells more is shown: what is kept, unless nothing is", () => {
  const [old, fresh] = [contents("2026-11-22T11:00:00Z", null), contents("2026-11-22T11:59:00Z", null)];
  expect(newer(old, undefined)).toBe(old);
  expect(newer(undefined, fresh)).toBe(fresh);
  expect(newer(old, fresh)).toBe(fresh);
  expect(newer(fresh, old)).toBe(fresh);
  const failed = contents(null, null, OFFLINE);
  expect(newer(contents(null, null), failed)).toBe(failed);
});

it("names are counted, found and not all shown at once", () => {
  const names = Array.from({ length: 300 }, (_, at) => ({ name: `v${at}`, commit: "0" }));
  const references = { ...contents(null, null).references, branches: names.slice(0, 1), branch_count: 1, tags: names, tag_count: 1234 };
  expect(counts(references, String)).toBe("1 branch, 1234 tags");
  expect(counts({ ...references, truncated: true }, String)).toBe("1+ branch, 1234+ tags");
  expect([wantsFilter(references), wantsFilter({ ...references, tags: [] })]).toEqual([true, false]);
  expect(visible(names, "", false).rows).toHaveLength(8);
  expect(visible(names, "", true).rows).toHaveLength(200);
  expect(visible(names, " V29 ", false)).toEqual({ rows: names.filter(({ name }) => name.includes("v29")), fits: 11 });
  expect(visible(names, "none", false)).toEqual({ rows: [], fits: 0 });
});
