import { useEffect } from "react";
import type { Platform } from "../ipc/platform";

/** The keeper is told this often at most: it counts minutes. */
const EVERY_MS = 30_000;
const INPUTS = ["pointerdown", "pointermove", "wheel", "keydown"] as const;

/** Tells the keeper that somebody uses the window, so that the vault does not lock under a hand. */
export function useWindowUsed(platform: Platform, open: boolean): void {
  useEffect(() => {
    if (!open) return;
    let told = -Infinity;
    const hear = () => {
      const now = performance.now();
      if (now - told < EVERY_MS) return;
      told = now;
      // Not through the cache: a refusal here says nothing about what is shown.
      platform.windowUsed().catch(() => undefined);
    };
    for (const input of INPUTS) document.addEventListener(input, hear, { passive: true, capture: true });
    return () => {
      for (const input of INPUTS) document.removeEventListener(input, hear, { capture: true });
    };
  }, [platform, open]);
}
