import { describe, expect, it } from "vitest";
import { missingProof, openingWays, proofOf, provingWays, waysInWords } from "./proof";

describe("the ways to prove oneself", () => {
  it("want the passphrase where there is one: the keychain's word is not enough", () => {
    expect(provingWays(["keychain", "passphrase"])).toEqual(["passphrase"]);
    expect(provingWays(["both", "recovery"])).toEqual(["passphrase", "recovery"]);
    expect(provingWays(["keychain", "recovery"])).toEqual(["keychain", "recovery"]);
  });
  it("are all that it has, for something that is closed", () => {
    expect(openingWays(["keychain", "passphrase", "recovery"])).toEqual(["passphrase", "keychain", "recovery"]);
    expect(openingWays([])).toEqual([]);
  });
});

it("says what is still to be typed", () => {
  expect(missingProof("keychain", "")).toBeUndefined();
  expect(missingProof("passphrase", " ")).toBe("Type the passphrase.");
  expect(missingProof("recovery", "7F3K")).toBeUndefined();
});

it("hands over what was typed as it was typed", () => {
  expect(proofOf("recovery", "7f3k")).toEqual({ kind: "recovery", code: "7f3k" });
  expect(proofOf("passphrase", " a ")).toEqual({ kind: "passphrase", passphrase: " a " });
});

it("writes ways for a sentence", () => {
  expect(waysInWords(["recovery", "passphrase"])).toBe("the passphrase or the recovery code");
  expect(waysInWords(["keychain", "passphrase", "recovery"])).toBe("the passphrase, this computer’s keychain or the recovery code");
  expect(waysInWords(["both"])).toBe("passphrase and keychain together");
});
