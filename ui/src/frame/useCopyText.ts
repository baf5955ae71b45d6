import { useCallback } from "react";
import { usePlatform } from "../ipc/PlatformContext";
import { useSay } from "./Toasts";

/** Copies a text; says so where it did not work, and fails, so that nobody claims it did. */
export function useCopyText(): (text: string) => Promise<void> {
  const platform = usePlatform();
  const { sayProblem } = useSay();
  return useCallback(
    async (text) => {
      try {
        await platform.copyText(text);
      } catch (thrown) {
        sayProblem(thrown);
        throw thrown;
      }
    },
    [platform, sayProblem],
  );
}
