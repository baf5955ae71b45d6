import { describe, expect, it } from "vitest";
import type { Account } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import { asQuery, chipWords, readFilter, readFilters, searchedText, takeFilters, timeWords, withChip, withoutChip, writeFilter } from "./filters";

const chip = (field: Chip["field"], value: string, negated = false): Chip => ({ field, value, negated });
const account = (id: string, login: string, host_label: string) => ({ id, login, host_label }) as Account;
const accounts = [
  account("1", "fjordline-mara", "github.com"),
  account("2", "maralind", "github.com"),
  account("3", "maralind", "git.berg.example"),
  account("4", "Holm", "github.com"),
  account("5", "holm", "git.berg.example"),
];

describe("a filter as text", () => {
  it.each([
    ["owner:acme", chip("owner", "acme")],
    ["lang:Rust", chip("language", "Rust")],
    ['lang:"Jupyter Notebook"', chip("language", "Jupyter Notebook")],
    ["visibility:PRIVATE", chip("visibility", "private")],
    ["is:archived", chip("archived", "yes")],
    ["-is:archived", chip("archived", "no")],
    ["-owner:acme", chip("owner", "acme", true)],
    ["is:fork", chip("fork", "yes")],
    ["-is:fork", chip("fork", "no")],
    ["account:Fjordline-Mara", chip("account", "1")],
    ["account:maralind@git.berg.example", chip("account", "3")],
  ])("reads %s", (text, read) => {
    expect(readFilter(text, accounts)).toEqual([read]);
  });

  it.each(["owner:", "lang:", 'lang:"', "is:big", "visibility:secret", "account:nobody", "http://x", "acme"])(
    "takes %s for words",
    (text) => {
      expect(readFilter(text, accounts)).toEqual([]);
    },
  );

  it("means every account of that name", () => {
    expect(readFilters("account:MaraLind", accounts)).toEqual([chip("account", "2"), chip("account", "3")]);
    expect(readFilters("-account:maralind", accounts)).toEqual([chip("account", "2", true), chip("account", "3", true)]);
  });

  it("is read back as what it was written from", () => {
    for (const one of [
      chip("owner", "acme"),
      chip("language", "Jupyter Notebook"),
      chip("visibility", "internal"),
      chip("archived", "no"),
      chip("fork", "yes"),
      chip("account", "1"),
      chip("account", "2"),
      chip("account", "3"),
      chip("account", "4"),
      chip("account", "5"),
      chip("topic", "two words", true),
      chip("pushed", "<30d"),
    ]) {
      expect(readFilters(writeFilter(one, accounts), accounts)).toEqual([one]);
    }
  });
});

describe("typing", () => {
  it("makes a chip when a space follows a whole filter, and not before", () => {
    expect(takeFilters("book lang:rust", accounts)).toEqual({ text: "book lang:rust", chips: [] });
    expect(takeFilters("book lang:rust ", accounts)).toEqual({ text: "book ", chips: [chip("language", "rust")] });
  });
  it("takes several out of what was pasted, in their order", () => {
    const { text, chips } = takeFilters("owner:acme fare -is:fork api ", accounts);
    expect(text).toBe("fare api ");
    expect(chips.map(({ field }) => field)).toEqual(["owner", "fork"]);
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
    expect(asQuery("fare api", chips)).toEqual({ text: "fare api archived:no lang:rust lang:GO owner:a" });
    expect(asQuery("", [])).toEqual({ text: "" });
  });
  it("are wanted or not, never both", () => {
    expect(withChip([chip("owner", "acme")], chip("owner", "acme", true))).toEqual([chip("owner", "acme", true)]);
  });
  it("say times in words", () => {
    expect(["<30d", "1y", ">1y", ">=2026-01-01", "2026-05"].map(timeWords)).toEqual([
      "in the last 30 days",
      "in the last year",
      "more than 1 year ago",
      "since 2026-01-01",
      "in 2026-05",
    ]);
  });
  it("are added and taken away without regard to case", () => {
    const chips = withChip([chip("owner", "Acme")], chip("owner", "acme"));
    expect(chips).toHaveLength(1);
    expect(withoutChip(chips, chip("owner", "ACME"))).toEqual([]);
  });
  it("say the host of an account only where its login is not enough", () => {
    expect(chipWords(chip("account", "1"), accounts)).toEqual({ before: "of", value: "fjordline-mara" });
    expect(chipWords(chip("account", "3"), accounts).value).toBe("maralind git.berg.example");
    expect(chipWords(chip("archived", "no"), accounts)).toEqual({ before: "not", value: "archived" });
  });
});
