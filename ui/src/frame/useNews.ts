import { useNavigate, useRouter } from "@tanstack/react-router";
import { useEffect } from "react";
import type { Event, RunOutcome } from "../ipc/bindings";
import { usePlatform } from "../ipc/PlatformContext";
import { accountName } from "../pages/accountName";
import { useSay } from "./Toasts";

/** What a run has to have come to for somebody to be told who looks elsewhere; what needs them is a notice. */
const TOLD: ReadonlySet<RunOutcome> = new Set<RunOutcome>(["stopped"]);

/** Says what happens away from the eye: a run that went wrong, a sign-in that was answered meanwhile, copies that nobody looks at. */
export function useNews(shownClone: string | undefined): void {
  const platform = usePlatform();
  const navigate = useNavigate();
  const router = useRouter();
  const { say, sayProblem } = useSay();
  useEffect(() => {
    const isAt = (path: string) => router.state.location.pathname.startsWith(path);
    const hear = (event: Event) => {
      if (event.kind === "sync_finished" && TOLD.has(event.run.outcome)) {
        const { account, login, sentence } = event.run;
        if (isAt(`/accounts/${account}`)) return;
        say({
          light: "soon",
          title: login,
          body: sentence,
          action: { label: "Show the account", run: () => void navigate({ to: "/accounts/$id", params: { id: account } }) },
        });
      }
      if (event.kind === "clone" && event.run.state !== "running" && event.run.id !== shownClone) {
        const { id, sentence, folder, failed, cloned } = event.run;
        const open = { label: "Open folder", run: () => void platform.openClone(id).catch(sayProblem) };
        say({ light: failed > 0 ? "soon" : "ok", title: sentence, body: folder, ...(cloned > 0 ? { action: open } : {}) });
      }
      if (event.kind === "sign_in" && !isAt(`/sign-in/${event.sign_in.id}`)) {
        const { state, account, host_label, problem, id } = event.sign_in;
        if (state === "connected" && account) {
          say({ light: "ok", title: `${accountName(account)} is connected`, body: account.lists ? `At ${host_label}. Its repositories are being read.` : `At ${host_label}. It is looked after from now on.` });
        } else if (state === "failed") {
          say({
            light: "stop",
            title: problem?.message ?? `The sign-in at ${host_label} did not work.`,
            body: problem?.hint,
            action: { label: "Show the sign-in", run: () => void navigate({ to: "/sign-in/$id", params: { id } }) },
          });
        }
      }
    };
    return platform.subscribe(hear);
  }, [platform, navigate, router, say, sayProblem, shownClone]);
}
