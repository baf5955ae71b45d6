import { expect, it } from "vitest";
import type { FoundItem, Question, Source, SourceKind } from "../../ipc/bindings";
import { answerSentence, countedKinds, countSentence, placeOf, shelves } from "./gallery";

const kind = (id: string) => ({ id, name: id, plural: `${id}s`, marker: "", variants: [] }) satisfies SourceKind;
const item = (id: number, of: string) => ({ id, kind: of }) as FoundItem;

it("puts what was found under its kind and leaves out what is empty", () => {
  const items = [item(1, "b"), item(2, "a"), item(3, "b")];
  const shown = (only: string | null) => shelves([kind("a"), kind("b"), kind("c")], items, only).map((shelf) => [shelf.kind.id, shelf.items.map(({ id }) => id)]);
  expect(shown(null)).toEqual([["a", [2]], ["b", [1, 3]]]);
  expect(shown("b")).toEqual([["b", [1, 3]]]);
  expect(countedKinds([kind("a"), kind("b"), kind("c")], items, String)).toBe("1 a, 2 bs");
  expect(countedKinds([], [], String)).toBe("");
});

it("says where and how many", () => {
  expect(placeOf({ full_name: "a/b", reference: null, path: "" })).toBe("a/b");
  expect(placeOf({ full_name: "a/b", reference: "main", path: "web" })).toBe("a/b at main, in web");
  const source = (found: number, failing: boolean) => ({ found, problem: failing ? { code: "not_found", message: "", hint: "" } : null }) as Source;
  expect(countSentence([source(3, false)], String)).toBe("1 source, 3 found");
  expect(countSentence([source(3, false), source(0, true)], String)).toBe("2 sources, 3 found; 1 could not be read");
});

it("says what a question takes for an answer", () => {
  const plain: Question = { name: "n", answer: "str", help: null, default: null, choices: [], several: false, secret: false, when: null };
  expect(answerSentence(plain)).toBe("Text");
  expect(answerSentence({ ...plain, answer: "bool", default: "yes", when: "docs" })).toBe("Yes or no; yes by default; asked only when docs");
  const choices = [{ label: "MIT", value: "mit" }, { label: "GPL", value: "gpl" }];
  expect(answerSentence({ ...plain, choices, default: "mit" })).toBe("One of MIT, GPL; mit by default");
  expect(answerSentence({ ...plain, choices, several: true })).toBe("Any of MIT, GPL");
  expect(answerSentence({ ...plain, answer: "path", secret: true })).toBe("Path; a secret");
});
