import type { Account } from "../ipc/bindings";

/** The host to put behind a login, where two accounts have the same one. */
export function hostNeeded(account: Account, accounts: readonly Account[]): string | undefined {
  const alike = accounts.some((other) => other.id !== account.id && other.login === account.login);
  return alike ? account.host_label : undefined;
}
