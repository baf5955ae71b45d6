import type { Account } from "../ipc/bindings";

/** What an account is called: by the person if they named it, by its host otherwise. */
export function accountName({ label, login }: Pick<Account, "label" | "login">): string {
  return label ?? login;
}
