import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import { createQueryClient } from "./data/client";
import { useVault } from "./data/session";
import { type WindowFacts, WindowContext } from "./frame/WindowContext";
import type { Place } from "./ipc/bindings";
import type { Platform } from "./ipc/platform";
import { PlatformContext } from "./ipc/PlatformContext";
import { DamagedPage } from "./pages/vault/DamagedPage";
import { FirstRunPage } from "./pages/vault/FirstRunPage";
import { NoKeeperPage } from "./pages/vault/NoKeeperPage";
import { TooNewPage } from "./pages/vault/TooNewPage";
import { UnlockPage } from "./pages/vault/UnlockPage";
import { type AppRouter, createAppRouter } from "./router";

/** The whole window. What it shows is decided by the vault's state, and by nothing else. */
export function App({ platform }: { platform: Platform }) {
  const [client] = useState(() => createQueryClient(platform));
  const [facts, setFacts] = useState<WindowFacts>({ version: "", tray: false });
  const { status, error, looking, look } = useVault(client, platform);
  const door = useDoor(platform, setFacts);
  return (
    <PlatformContext value={platform}>
      <QueryClientProvider client={client}>
        <WindowContext value={facts}>
          {status?.state === "open" && <Open door={door} />}
          {status?.state === "absent" && <FirstRunPage vault={status} />}
          {status?.state === "locked" && <UnlockPage vault={status} />}
          {status?.state === "damaged" && <DamagedPage vault={status} />}
          {status?.state === "too_new" && <TooNewPage vault={status} />}
          {!status && error && <NoKeeperPage problem={error} looking={looking} onLook={look} />}
        </WindowContext>
      </QueryClientProvider>
    </PlatformContext>
  );
}

/** One opening of the vault. Its addresses, and everything below, end with it. */
function Open({ door }: { door: Door }) {
  const [router] = useState(() => createAppRouter());
  useEffect(() => door.open((place) => go(router, place)), [door, router]);
  return <RouterProvider router={router} />;
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
