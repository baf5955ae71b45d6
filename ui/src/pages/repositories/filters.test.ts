import { describe, expect, it } from "vitest";
import type { Account } from "../../ipc/bindings";
import { asQuery, chipWords, readFilter, readFilters, searchedText, takeFilters, withChip, withoutChip, writeFilter } from "./filters";

const account = (id: string, login: string, host_label: string) => ({ id, login, host_label }) as Account;
const accounts = [
  account("1", "fjordline-mara", "github.com"),
  account("2", "maralind", "github.com"),
  account("3", "maralind", "git.berg.example"),
];

describe("a filter as text", () => {
  it.each([
    ["owner:acme", { field: "owner", value: "acme" }],
    ["lang:Rust", { field: "language", value: "Rust" }],
    ['lang:"Jupyter Notebook"', { field: "language", value: "Jupyter Notebook" }],
    ["visibility:PRIVATE", { field: "visibility", value: "private" }],
    ["is:archived", { field: "archived", value: "true" }],
    ["-is:archived", { field: "archived", value: "false" }],
    ["is:fork", { field: "fork", value: "true" }],
    ["-is:fork", { field: "fork", value: "false" }],
    ["account:Fjordline-Mara", { field: "account", value: "1" }],
    ["account:maralind@git.berg.example", { field: "account", value: "3" }],
  ])("reads %s", (text, chip) => {
    expect(readFilter(text, accounts)).toEqual(chip);
  });

  it.each(["owner:", "lang:", 'lang:"', "is:big", "visibility:secret", "account:nobody", "-owner:acme", "http://x", "acme"])(
    "takes %s for words",
    (text) => {
      expect(readFilter(text, accounts)).toBeUndefined();
    },
  );

  it("is read back as what it was written from", () => {
    for (const chip of [
      { field: "owner", value: "acme" },
      { field: "language", value: "Jupyter Notebook" },
      { field: "visibility", value: "internal" },
      { field: "archived", value: "false" },
      { field: "fork", value: "true" },
      { field: "account", value: "1" },
      { field: "account", value: "2" },
      { field: "account", value: "3" },
    ] as const) {
      expect(readFilters(writeFilter(chip, accounts), accounts)).toEqual([chip]);
    }
  });
});

describe("typing", () => {
  it("makes a chip when a space follows a whole filter, and not before", () => {
    expect(takeFilters("book lang:rust", accounts)).toEqual({ text: "book lang:rust", chips: [] });
    expect(takeFilters("book lang:rust ", accounts)).toEqual({ text: "book ", chips: [{ field: "language", value: "rust" }] });
  });
  it("takes several out of what was pasted, in their order", () => {
    const { text, chips } = takeFilters("owner:acme fare -is:fork api ", accounts);
    expect(text).toBe("fare api ");
    expect(chips.map((chip) => chip.field)).toEqual(["owner", "fork"]);
  });
  it("leaves a space in quotes alone until they close", () => {
    expect(takeFilters('lang:"jupyter ', accounts)).toEqual({ text: 'lang:"jupyter ', chips: [] });
    expect(takeFilters('lang:"jupyter notebook" ', accounts).chips).toHaveLength(1);
  });
  it("does not search for a filter that is still being typed", () => {
    expect(searchedText("book lang:ru")).toBe("book");
    expect(searchedText("book -is:")).toBe("book");
    expect(searchedText("lang:nonsense: book")).toBe("lang:nonsense: book");
    expect(searchedText("http://x")).toBe("http://x");
  });
});

describe("several filters", () => {
  it("have one answer about archived and forks, and any of several for the rest", () => {
    const chips = readFilters("is:archived -is:archived lang:go lang:rust lang:GO owner:a", accounts);
    expect(asQuery(chips)).toEqual({
      accounts: [],
      owners: ["a"],
      visibility: [],
      languages: ["rust", "GO"],
      archived: false,
      fork: null,
    });
  });
  it("are added and taken away without regard to case", () => {
    const chips = withChip([{ field: "owner", value: "Acme" }], { field: "owner", value: "acme" });
    expect(chips).toHaveLength(1);
    expect(withoutChip(chips, { field: "owner", value: "ACME" })).toEqual([]);
  });
  it("say the host of an account only where its login is not enough", () => {
    expect(chipWords({ field: "account", value: "1" }, accounts)).toEqual({ before: "of", value: "fjordline-mara" });
    expect(chipWords({ field: "account", value: "3" }, accounts).value).toBe("maralind git.berg.example");
    expect(chipWords({ field: "archived", value: "false" }, accounts)).toEqual({ before: "not", value: "archived" });
  });
});
