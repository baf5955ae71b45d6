import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { mutations } from "../../data/mutations";
import type { StartSignIn } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";

/** Starts a sign-in, opens the host's page where the browser is part of it, and goes to its page. */
export function useStartSignIn() {
  const platform = usePlatform();
  const navigate = useNavigate();
  const start = useMutation(mutations.signInStart());
  function run(request: StartSignIn) {
    if (start.isPending) return;
    start.mutate(request, {
      onSuccess: (signIn) => {
        // A code is for any device, so this one's browser is left alone until asked.
        if (signIn.way !== "device") void platform.openSignIn(signIn.id);
        void navigate({ to: "/sign-in/$id", params: { id: signIn.id } });
      },
    });
  }
  return { run, busy: start.isPending ? "Starting…" : undefined, error: start.error };
}
