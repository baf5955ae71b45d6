import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { mutations } from "../../data/mutations";
import type { SignInWay } from "../../ipc/bindings";
import { useOutside } from "../useOutside";
import { wayInOf } from "./ways";

/** What a page says about a sign-in; everything else is as usual. */
export type Starting = {
  provider: string;
  host: string | null;
  way: SignInWay | null;
  /** The client to use, where it must be this one. */
  client?: string;
  /** The account whose person is to come back. */
  account?: string | undefined;
  /** Scopes to ask for beside the usual ones. */
  scopes?: readonly string[] | undefined;
};

/** Starts a sign-in, opens the host's page where the browser is part of it, and goes to its page. */
export function useStartSignIn() {
  const { platform, tell } = useOutside();
  const navigate = useNavigate();
  const start = useMutation(mutations.signInStart());
  const cancel = useMutation(mutations.signInCancel());
  /** Starts one; `replaced` is the one whose place it takes. Two that wait for one person would only confuse. */
  function run({ provider, host, way, client, account, scopes = [] }: Starting, replaced?: string) {
    if (start.isPending) return;
    const request = { provider, host, api_url: null, client: client ?? null, way, account: account ?? null, scopes: [...scopes] };
    start.mutate(request, {
      onSuccess: (signIn) => {
        if (replaced !== undefined) cancel.mutate(replaced);
        // A code is for any device, so this one's browser is left alone until asked.
        if (signIn.way !== "device") tell(platform.openSignIn(signIn.id));
        const search = { ...(account === undefined ? {} : { account }), ...(scopes.length === 0 ? {} : { scopes: [...scopes] }) };
        void navigate({ to: "/sign-in/$id", params: { id: signIn.id }, search });
      },
      onError: (problem) => {
        if (problem.code !== "client_missing") return;
        const by = way === null ? "browser" : wayInOf(way);
        void navigate({ to: "/connect", search: { provider, host: host ?? undefined, step: "client", way: by } });
      },
    });
  }
  return { run, busy: start.isPending ? "Starting…" : undefined, error: start.error };
}
