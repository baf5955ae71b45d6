/** Colours and density: this window's own, kept beside it and set before the first paint by `public/appearance.js`. */
import { useSyncExternalStore } from "react";
import type { Platform } from "../ipc/platform";

export type Appearance = {
  theme: "system" | "light" | "dark";
  density: "compact" | "normal" | "comfortable";
};

const KEY = "appearance";
const listeners = new Set<() => void>();
let current = read();

function read(): Appearance {
  let kept: Partial<Record<keyof Appearance, unknown>> = {};
  try {
    kept = JSON.parse(localStorage.getItem(KEY) ?? "{}") as typeof kept;
  } catch {
    // Whatever can't be read is as on the first day.
  }
  return {
    theme: kept.theme === "light" || kept.theme === "dark" ? kept.theme : "system",
    density: kept.density === "compact" || kept.density === "comfortable" ? kept.density : "normal",
  };
}

/** Shows it at once and keeps it. */
export function setAppearance(next: Appearance, platform: Platform): void {
  current = next;
  const { dataset } = document.documentElement;
  if (next.theme === "system") delete dataset.theme;
  else dataset.theme = next.theme;
  if (next.density === "normal") delete dataset.density;
  else dataset.density = next.density;
  localStorage.setItem(KEY, JSON.stringify(next));
  // The frame around the page belongs to the system; it is told.
  platform.windowTheme(next.theme).catch(() => undefined);
  for (const listener of listeners) listener();
}

export function useAppearance(): Appearance {
  return useSyncExternalStore(subscribe, () => current);
}

export function appearance(): Appearance {
  return current;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
