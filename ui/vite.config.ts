import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const inside = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** `--mode fake` puts the keeper in memory, for a plain browser. The app's own build never contains it. */
export default defineConfig(({ mode }) => ({
  plugins: [react()],
  resolve: {
    alias: { "#platform": inside(mode === "production" ? "src/ipc/tauri.ts" : "src/ipc/fake/index.ts") },
  },
  build: {
    // One window reads one file from its own program: pieces would only be more to open. What Markdown takes is
    // one all the same, as the list is there sooner without it.
    chunkSizeWarningLimit: 1000,
    target: "es2023",
    // Nothing is inlined as data: addresses would have to be allowed for it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { host: "127.0.0.1" },
  preview: { host: "127.0.0.1" },
  test: {
    restoreMocks: true,
    projects: [
      // Pure logic needs no document.
      { extends: true, test: { name: "logic", environment: "node", include: ["src/**/*.test.ts"] } },
      {
        extends: true,
        test: { name: "pages", environment: "jsdom", include: ["src/**/*.test.tsx"], setupFiles: ["src/testing/setup.ts"], testTimeout: 30_000 },
      },
    ],
  },
}));
