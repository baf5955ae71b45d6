import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readFilterText, unfinished, writeFilterText } from "./filterText";

type Case = { text: string; negated: boolean; field: string; value: string };
const path = new URL("../../../src-tauri/crates/search/grammar.json", import.meta.url);
const cases = JSON.parse(readFileSync(path, "utf8")) as { filters: Case[]; words: string[] };

describe("a filter as text", () => {
  it.each(cases.filters)("reads $text as the keeper does", ({ text, negated, field, value }) => {
    const chip = readFilterText(text);
    const plain = `${negated ? "-" : ""}${field}:${/\s/.test(value) ? `"${value}"` : value}`;
    expect(chip && writeFilterText(chip)).toBe(plain);
    expect(readFilterText(plain)).toEqual(chip);
  });

  it.each(cases.words)("takes %s for a word as the keeper does", (text) => {
    expect(readFilterText(text)).toBeUndefined();
  });

  it("knows a filter that is still being typed", () => {
    expect(unfinished("fare lang:ru")).toEqual({ field: "language", typed: "ru", before: "fare ", negated: false });
    expect(unfinished('-topic:"two wo')).toEqual({ field: "topic", typed: "two wo", before: "", negated: true });
    expect(unfinished("lang:")?.typed).toBe("");
    expect(unfinished('lang:a owner:"b c" topic:d')).toEqual({ field: "topic", typed: "d", before: 'lang:a owner:"b c" ', negated: false });
    expect(unfinished("lang:rust ")).toBeUndefined();
    expect(unfinished("fare")).toBeUndefined();
    expect(unfinished("colour:re")).toBeUndefined();
  });
});
