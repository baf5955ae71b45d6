import type { Account } from "../ipc/bindings";
import { accountName } from "./accountName";

/** The host to put behind an account's name, where two accounts have the same one. */
export function hostNeeded(account: Account, accounts: readonly Account[]): string | undefined {
  const alike = accounts.some((other) => other.id !== account.id && accountName(other) === accountName(account));
  return alike ? account.host_label : undefined;
}
