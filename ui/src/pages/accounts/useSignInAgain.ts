import { useNavigate } from "@tanstack/react-router";
import type { Account } from "../../ipc/bindings";
import { useStartSignIn } from "../connect/useStartSignIn";
import { lackingScopes } from "./groups";

/** Signs an account in again, the way it was connected: a sign-in at its host, or a new token. */
export function useSignInAgain(account: Account) {
  const navigate = useNavigate();
  const start = useStartSignIn();
  function begin(scopes: readonly string[]) {
    if (account.kind === "oauth") {
      start.run({ provider: account.provider, host: account.host, way: null, account: account.id, scopes });
    } else {
      void navigate({ to: "/connect", search: { provider: account.provider, host: account.host, step: "token" } });
    }
  }
  return {
    run: () => begin([]),
    /** The same, and asks for what is missing, too. */
    addMissing: () => begin(lackingScopes(account)),
    busy: start.busy,
    error: start.error,
  };
}
