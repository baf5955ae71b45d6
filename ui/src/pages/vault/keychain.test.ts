import { expect, it } from "vitest";
import type { Keychain } from "../../ipc/bindings";
import { keychainAsWay, keychainChoice, keychainTrouble } from "./keychain";

const asked = (keychain: Keychain) => ({ keychain, keychain_name: "Secret Service" });
const ALL: Keychain[] = ["ready", "locked", "denied", "silent", "absent"];

it("offers the keychain only where it answers, and has different words for each reason why not", () => {
  expect(keychainChoice(asked("ready")).disabledReason).toBeUndefined();
  expect(keychainChoice(asked("ready")).note).toContain("Secret Service is here and answers");
  const reasons = ALL.slice(1).map((keychain) => keychainChoice(asked(keychain)).disabledReason);
  expect(reasons).not.toContain(undefined);
  expect(new Set(reasons).size).toBe(4);
});

it("has nothing to say of a keychain that answers, and something of each other", () => {
  expect(keychainTrouble(asked("ready"))).toBeUndefined();
  expect(new Set(ALL.slice(1).map((keychain) => keychainTrouble(asked(keychain)))).size).toBe(4);
  expect(new Set(ALL.map((keychain) => keychainAsWay(asked(keychain)))).size).toBe(5);
});
