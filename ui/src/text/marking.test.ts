import { describe, expect, it } from "vitest";
import { pieces, wordsOf } from "./marking";

const marked = (text: string, search: string) =>
  pieces(text, wordsOf(search))
    .map((piece) => (piece.found ? `[${piece.text}]` : piece.text))
    .join("");

describe("marking what was found", () => {
  it("marks every place of every word, without case", () => {
    expect(marked("Bookings, the book of books", "book")).toBe("[Book]ings, the [book] of [book]s");
    expect(marked("fjordline/booking-api", "api book")).toBe("fjordline/[book]ing-[api]");
  });
  it("joins what touches and overlaps", () => {
    expect(marked("notebook", "note book")).toBe("[notebook]");
    expect(marked("banana", "ana nan")).toBe("b[anana]");
  });
  it("finds letters under their accents and marks them with their accents", () => {
    expect(marked("Café Ångström", "cafe angst")).toBe("[Café] [Ångst]röm");
    expect(marked("Cafe\u0301 au lait", "cafe")).toBe("[Cafe\u0301] au lait");
    expect(marked("Fähre", "FÄHRE")).toBe("[Fähre]");
  });
  it("is not put out by letters of more than one unit", () => {
    expect(marked("🦊 fox 🦊 den", "den")).toBe("🦊 fox 🦊 [den]");
    expect(marked("İstanbul", "stan")).toBe("İ[stan]bul");
  });
  it("leaves a text alone in which nothing is", () => {
    expect(pieces("harbour", wordsOf("zzz"))).toEqual([{ text: "harbour", found: false }]);
    expect(pieces("harbour", wordsOf("   "))).toEqual([{ text: "harbour", found: false }]);
    expect(pieces("", wordsOf("a"))).toEqual([]);
  });
});
