import { useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { askHosts } from "../data/hostSearch";
import { queries } from "../data/queries";
import { appearance, setAppearance } from "../frame/appearance";
import type { CloneAsk } from "../frame/cloneAsk";
import { useErrands } from "../frame/ErrandContext";
import { useSay } from "../frame/Toasts";
import { usePlatform } from "../ipc/PlatformContext";
import type { Scene, Target } from "./action";
import { ACTIONS } from "./actions";
import { type Actions, ActionsContext } from "./ActionsContext";
import { LOCALE } from "../text/locale";
import { isMac, isSingle, matches } from "./keys";

const NOTHING: Target = {};

/** Builds the scene that actions are done in, and does them when their keys are pressed. */
export function ActionsProvider({
  openPalette,
  openKeys,
  openClone,
  children,
}: {
  openPalette: (text?: string) => void;
  openKeys: () => void;
  openClone: (asked: CloneAsk) => void;
  children: ReactNode;
}) {
  const platform = usePlatform();
  const client = useQueryClient();
  const navigate = useNavigate();
  const router = useRouter();
  const { sayProblem, say } = useSay();
  const errands = useErrands();
  const targets = useRef<(() => Target)[]>([]);

  const actions = useMemo<Actions>(() => {
    const failed = (thrown: unknown) => sayProblem(thrown);
    return {
      offer(target) {
        targets.current.push(target);
        return () => {
          targets.current = targets.current.filter((each) => each !== target);
        };
      },
      scene: (): Scene => ({
        platform,
        navigate,
        back: () => router.history.back(),
        target: { ...accountOf(router.state.location.pathname), ...(targets.current.at(-1)?.() ?? NOTHING) },
        accounts: client.getQueryData(queries.accountList().queryKey)?.rows ?? [],
        settings: client.getQueryData(queries.settings().queryKey),
        security: client.getQueryData(queries.vaultSecurity().queryKey),
        inList: isIn(document.activeElement, "[data-list]"),
        openPalette,
        openKeys,
        openClone,
        lock: () => void platform.vaultLock().catch(failed),
        begin: (errand) => errands.begin(errand, router.state.location.href),
        backUp: () =>
          void platform.backupMake({}).then(({ path }) => say({ light: "ok", title: "Backed up, and tested: it opens", body: path }), failed),
        sync: (account) => void platform.syncStart(account).catch(failed),
        copy: (text) =>
          void platform.copyText(text).then(() => say({ light: "ok", title: "Copied", body: oneLine(text) }), failed),
        searchHosts: (asked) => {
          // As much as a host takes, and as the page's address has it.
          const text = asked.trim().slice(0, 256);
          void askHosts(client, text);
          void navigate({ to: "/hosts", search: { text } });
        },
        openSite: (repository) => void platform.openRepository(repository).catch(failed),
        setTheme: (theme) => setAppearance({ ...appearance(), theme }, platform),
      }),
    };
  }, [platform, client, navigate, router, errands, sayProblem, say, openPalette, openKeys, openClone]);

  useEffect(() => {
    const mac = isMac();
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const target = event.target instanceof Element ? event.target : null;
      if (isIn(target, "[role=dialog], [role=alertdialog], [role=menu]")) return;
      const typing = isIn(target, "input:not([type=checkbox]), textarea, select, [contenteditable]");
      const scene = actions.scene();
      const letters = scene.settings?.single_keys ?? true;
      for (const action of ACTIONS) {
        const pressed = action.shortcuts?.find((shortcut) => matches(event, shortcut, mac));
        if (pressed === undefined) continue;
        if (action.keysIn === "list" && !scene.inList) continue;
        // A button in the list takes these itself.
        if ((pressed === "Enter" || pressed === " ") && isIn(target, "button, a, input")) continue;
        const bare = isSingle(pressed) && pressed !== " ";
        if (bare && (typing || !letters)) continue;
        if (!action.when(scene)) continue;
        event.preventDefault();
        action.run(scene);
        return;
      }
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [actions]);

  return <ActionsContext value={actions}>{children}</ActionsContext>;
}

/** The account that an address is about. */
function accountOf(pathname: string): Target {
  const id = /^\/accounts\/([^/]+)$/.exec(pathname)?.[1];
  return id === undefined ? NOTHING : { account: decodeURIComponent(id) };
}

function isIn(element: Element | null, selector: string): boolean {
  return element?.closest(selector) != null;
}

function oneLine(text: string): string {
  const lines = text.split("\n");
  return lines.length > 1 ? `${lines.length.toLocaleString(LOCALE)} addresses` : text;
}
