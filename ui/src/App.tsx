import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useMemo, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { isMac, matches } from "./actions/keys";
import type { Session } from "./data/session";
import { useVault } from "./data/useVault";
import { type Errand, ErrandContext, type Errands } from "./frame/ErrandContext";
import { useWindowUsed } from "./frame/useWindowUsed";
import { type WindowFacts, WindowContext } from "./frame/WindowContext";
import type { Place, VaultState } from "./ipc/bindings";
import type { Platform } from "./ipc/platform";
import { PlatformContext } from "./ipc/PlatformContext";
import { DamagedPage } from "./pages/vault/DamagedPage";
import { FirstRunPage } from "./pages/vault/FirstRunPage";
import { MakeRecoveryPage } from "./pages/vault/MakeRecoveryPage";
import { NoKeeperPage } from "./pages/vault/NoKeeperPage";
import { RenewPage } from "./pages/vault/RenewPage";
import { RestorePage } from "./pages/vault/RestorePage";
import { TooNewPage } from "./pages/vault/TooNewPage";
import { UnlockPage } from "./pages/vault/UnlockPage";
import { type AppRouter, createAppRouter } from "./router";

const VIEWS = { open: "inside", absent: "first-run", locked: "unlock", damaged: "damaged", too_new: "too-new" } as const;

/** The whole window. What it shows is decided by the vault's state, and for a while by an errand. */
export function App({ session }: { session: Session }) {
  const { client, platform } = session;
  const [facts, setFacts] = useState<WindowFacts>({ version: "", tray: false });
  const { status, error, looking, look, idleMinutes } = useVault(session);
  const { errand, errands, at } = useErrand(status?.state);
  const door = useDoor(platform, setFacts);
  const isOpen = status?.state === "open";
  useWindowUsed(platform, isOpen);
  useLockKey(platform, isOpen && errand !== undefined);
  const view = errand?.what ?? (status && VIEWS[status.state]);
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={client}>
        <WindowContext value={facts}>
          <ErrandContext value={errands}>
            {status && view === "inside" && <Inside door={door} at={at} />}
            {status && view === "first-run" && <FirstRunPage vault={status} />}
            {status && view === "unlock" && <UnlockPage vault={status} idleMinutes={idleMinutes} />}
            {status && view === "damaged" && <DamagedPage vault={status} />}
            {status && view === "too-new" && <TooNewPage vault={status} />}
            {status && view === "restore" && <RestorePage vault={status} path={errand?.what === "restore" ? errand.path : undefined} />}
            {status && view === "recovery" && <MakeRecoveryPage vault={status} />}
            {status && view === "renew" && <RenewPage vault={status} />}
            {!status && error && <NoKeeperPage problem={error} looking={looking} onLook={look} />}
          </ErrandContext>
        </WindowContext>
      </QueryClientProvider>
    </PlatformContext>
  );
}

/** One opening of the vault. Its addresses, and everything below, end with it. */
function Inside({ door, at }: { door: Door; at: string }) {
  const [router] = useState(() => createAppRouter(at));
  useEffect(() => door.open((place) => go(router, place)), [door, router]);
  return <RouterProvider router={router} />;
}

/** What has the window to itself, if anything has, and where inside its end leads. */
function useErrand(state: VaultState | undefined): { errand: Errand | undefined; errands: Errands; at: string } {
  const [errand, setErrand] = useState<Errand>();
  const [at, setAt] = useState("/");
  const [through, setThrough] = useState(false);
  const [before, setBefore] = useState(state);
  if (state !== before) {
    setBefore(state);
    // Locked under its feet: what it shows goes, and with it where one was.
    if (state !== "open" && !through) {
      setErrand(undefined);
      setAt("/");
    }
  }
  const errands = useMemo<Errands>(
    () => ({
      begin: (next, back = "/") => {
        setErrand(next);
        setAt(back);
      },
      // At once: a lock that follows on its heels is drawn before what waits for its turn.
      setThrough: (on) => flushSync(() => setThrough(on)),
      end: () => {
        setErrand(undefined);
        setThrough(false);
      },
    }),
    [],
  );
  return { errand, errands, at };
}

/** Inside, locking is an action among others; an errand has no actions, but the key is promised everywhere. */
function useLockKey(platform: Platform, on: boolean): void {
  useEffect(() => {
    if (!on) return;
    const mac = isMac();
    const hear = (event: KeyboardEvent) => {
      if (!matches(event, "Mod+l", mac)) return;
      event.preventDefault();
      // A lock that fails is one that happened already, or the keeper is gone, which is said by itself.
      platform.vaultLock().catch(() => undefined);
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [platform, on]);
}

type Door = { open(go: (place: Place) => void): () => void };

/** Leads to the places the shell asks for; one that is asked for while the vault is closed waits for it. */
function useDoor(platform: Platform, onFacts: (facts: WindowFacts) => void): Door {
  const waiting = useRef<Place>(undefined);
  const inside = useRef<(place: Place) => void>(undefined);
  useEffect(() => {
    const lead = (place: Place) => {
      if (inside.current) inside.current(place);
      else waiting.current = place;
    };
    const leave = platform.subscribePlaces(lead);
    platform
      .windowStart()
      .then(({ place, version, tray }) => {
        onFacts({ version, tray });
        if (place) lead(place);
      })
      .catch(() => undefined);
    return leave;
  }, [platform, onFacts]);
  const [door] = useState<Door>(() => ({
    open(goThere) {
      inside.current = goThere;
      const place = waiting.current;
      waiting.current = undefined;
      if (place) goThere(place);
      return () => {
        inside.current = undefined;
      };
    },
  }));
  return door;
}

function go(router: AppRouter, place: Place): void {
  switch (place.kind) {
    case "repositories":
      return void router.navigate({ to: "/" });
    case "account":
      return void router.navigate({ to: "/accounts/$id", params: { id: place.id } });
    case "sign_in":
      return void router.navigate({ to: "/sign-in/$id", params: { id: place.id } });
    case "connect":
      return void router.navigate({ to: "/connect", search: place.provider === null ? {} : { provider: place.provider } });
    case "settings":
      return void router.navigate({ to: "/settings" });
  }
}
