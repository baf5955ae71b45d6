import { useNavigate } from "@tanstack/react-router";
import type { Account } from "../../ipc/bindings";
import { useStartSignIn } from "../connect/useStartSignIn";

/** Signs an account in again, the way it was connected: a sign-in at its host, or a new token. */
export function useSignInAgain(account: Account) {
  const navigate = useNavigate();
  const start = useStartSignIn();
  function run() {
    if (account.kind === "token") {
      void navigate({ to: "/connect", search: { provider: account.provider, host: account.host, step: "token" } });
    } else {
      start.run({ provider: account.provider, host: account.host, api_url: null, client: null, way: null });
    }
  }
  return { run, busy: start.busy, error: start.error };
}
