/** Shows one address of an open vault over a keeper in memory, as the window does. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { cleanup, render } from "@testing-library/react";
import { afterEach } from "vitest";
import { createQueryClient } from "../data/client";
import { follow } from "../data/events";
import { type FakeOptions, fakePlatform } from "../ipc/fake/keeper";
import { PlatformContext } from "../ipc/PlatformContext";
import { createAppRouter } from "../router";

const ends: (() => void)[] = [];
afterEach(() => {
  cleanup();
  for (const end of ends.splice(0)) end();
});

export function renderAt(path: string, options: FakeOptions = {}) {
  const platform = fakePlatform({ pace: 0, rows: 40, ...options });
  const client = createQueryClient(platform);
  const router = createAppRouter(path);
  ends.push(follow(client, platform));
  render(
    <PlatformContext value={platform}>
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </PlatformContext>,
  );
  return { platform, router, at: () => router.state.location.href };
}
