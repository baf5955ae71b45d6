import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { mutations } from "../../data/mutations";
import type { StartSignIn } from "../../ipc/bindings";
import { useOutside } from "../useOutside";

/** Starts a sign-in, opens the host's page where the browser is part of it, and goes to its page. */
export function useStartSignIn() {
  const { platform, tell } = useOutside();
  const navigate = useNavigate();
  const start = useMutation(mutations.signInStart());
  const cancel = useMutation(mutations.signInCancel());
  /** Starts one; `replaced` is the one whose place it takes. Two that wait for one person would only confuse. */
  function run(request: StartSignIn, replaced?: string) {
    if (start.isPending) return;
    start.mutate(request, {
      onSuccess: (signIn) => {
        if (replaced !== undefined) cancel.mutate(replaced);
        // A code is for any device, so this one's browser is left alone until asked.
        if (signIn.way !== "device") tell(platform.openSignIn(signIn.id));
        void navigate({ to: "/sign-in/$id", params: { id: signIn.id } });
      },
      onError: (problem) => {
        if (problem.code !== "client_missing") return;
        const way = request.way === "device" ? "device" : "browser";
        const host = request.host ?? undefined;
        void navigate({ to: "/connect", search: { provider: request.provider, host, step: "client", way } });
      },
    });
  }
  return { run, busy: start.isPending ? "Starting…" : undefined, error: start.error };
}
