/** Shows one address of an open vault over a keeper in memory, as the window does. */
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { cleanup, render } from "@testing-library/react";
import { afterEach } from "vitest";
import { createQueryClient } from "../data/client";
import { follow } from "../data/events";
import { type Errand, ErrandContext } from "../frame/ErrandContext";
import { fakePlatform } from "../ipc/fake/keeper";
import type { FakeOptions } from "../ipc/fake/options";
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
  const errands: Errand[] = [];
  ends.push(follow(client, platform));
  render(
    <PlatformContext value={platform}>
      <QueryClientProvider client={client}>
        <ErrandContext value={{ begin: (errand) => errands.push(errand), setThrough: () => undefined, end: () => undefined }}>
          <RouterProvider router={router} />
        </ErrandContext>
      </QueryClientProvider>
    </PlatformContext>,
  );
  return { platform, router, errands, at: () => router.state.location.href };
}
