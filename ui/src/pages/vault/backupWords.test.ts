import { expect, it } from "vitest";
import type { Backup } from "../../ipc/bindings";
import { backupNote, countOf, size } from "./backupWords";

it("writes sizes as large as they are", () => {
  expect(size(840, "en")).toBe("840 KB");
  expect(size(4210, "en")).toBe("4.1 MB");
  expect(size(123_456, "en")).toBe("121 MB");
});

it("says how a backup opens", () => {
  expect(backupNote({ size_kib: 4210, opens_with: ["passphrase", "recovery"] } as Backup, "en")).toBe("4.1 MB. Opens with the passphrase or the recovery code of then.");
});

it("counts one as one", () => {
  expect(countOf(1, "account", "accounts", String)).toBe("1 account");
  expect(countOf(0, "account", "accounts", String)).toBe("0 accounts");
});
