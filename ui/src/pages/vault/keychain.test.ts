import { expect, it } from "vitest";
import { keychainChoice } from "./keychain";

it("offers the keychain only where it answers, and says locked and absent in different words", () => {
  const of = (keychain: "ready" | "locked" | "absent") => keychainChoice({ keychain, keychain_name: "Secret Service" });
  expect(of("ready").disabledReason).toBeUndefined();
  expect(of("ready").note).toContain("Secret Service is here and answers");
  expect(of("locked").disabledReason).toContain("locked itself");
  expect(of("absent").disabledReason).toContain("No keychain answers here");
});
