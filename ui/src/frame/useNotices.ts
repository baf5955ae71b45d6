import { useQuery } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { useCallback, useEffect, useRef, useState } from "react";
import { queries } from "../data/queries";
import type { Notice } from "../ipc/bindings";
import { usePlatform } from "../ipc/PlatformContext";
import { type Saying, useSay } from "./Toasts";

/**
 * Tells what needs the person while the window is looked at, one at a time and each once; the desktop
 * tells it otherwise. What is on the page that is shown is told by that.
 */
export function useNotices(): void {
  const platform = usePlatform();
  const navigate = useNavigate();
  const router = useRouter();
  const { say, takeBack } = useSay();
  const looked = useLookedAt();
  const notices = useQuery(queries.noticeList()).data?.rows;
  /** The one that is being told: the next one waits for its end, which is counted. */
  const telling = useRef<{ id: string; saying: Saying }>(undefined);
  const told = useRef(new Set<string>());
  const [ended, setEnded] = useState(0);

  const show = useCallback(
    (notice: Notice) => {
      const account = accountOf(notice);
      if (account !== null) void navigate({ to: "/accounts/$id", params: { id: account } });
      else void navigate({ to: "/settings", search: { section: notice.credential === null ? "clients" : "credentials" } });
    },
    [navigate],
  );
  useEffect(() => {
    if (!notices) return;
    const shown = telling.current;
    // Its cause is gone: nothing is left to tell.
    if (shown && !notices.some((notice) => notice.id === shown.id)) return takeBack(shown.saying);
    const next = notices.find((notice) => !notice.told && !told.current.has(key(notice)));
    if (!next || !looked || shown) return;
    told.current.add(key(next));
    // What can't be noted now is told again after a restart.
    platform.noticeTold({ id: next.id }).catch(() => undefined);
    const account = accountOf(next);
    if (account !== null && router.state.location.pathname.startsWith(`/accounts/${account}`)) return;
    const saying: Saying = {
      light: next.kind === "end" || next.kind === "held_back" ? "soon" : "stop",
      title: next.title,
      body: next.sentence,
      action: { label: account !== null ? "Show the account" : "Show the settings", run: () => show(next) },
      onGone: () => {
        telling.current = undefined;
        setEnded((count) => count + 1);
      },
    };
    telling.current = { id: next.id, saying };
    say(saying);
  }, [notices, looked, ended, platform, router, say, takeBack, show]);
}

/** The account whose page mends it; a client that several accounts wait for is mended in the settings. */
function accountOf({ kind, account }: Notice): string | null {
  return kind === "client" ? null : account;
}

/** One cause at one time: the same again later is another. */
function key({ id, at, sentence }: Notice): string {
  return `${id} ${at} ${sentence}`;
}

/** Whether the window has the focus. */
function useLookedAt(): boolean {
  const [looked, setLooked] = useState(() => document.hasFocus());
  useEffect(() => {
    const look = () => setLooked(document.hasFocus());
    const leave = () => setLooked(false);
    look();
    addEventListener("focus", look);
    addEventListener("blur", leave);
    return () => {
      removeEventListener("focus", look);
      removeEventListener("blur", leave);
    };
  }, []);
  return looked;
}
