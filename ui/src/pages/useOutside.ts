import { useCallback } from "react";
import { useSay } from "../frame/Toasts";
import { usePlatform } from "../ipc/PlatformContext";

/** What is done outside the webview: opening pages, copying. When it can't be done, that is said. */
export function useOutside() {
  const platform = usePlatform();
  const say = useSay();
  const tell = useCallback(
    (work: Promise<unknown>) => {
      work.catch((thrown: unknown) => say.sayProblem(thrown));
    },
    [say],
  );
  const copy = useCallback(
    (text: string) => {
      const work = platform.copyText(text);
      tell(work);
      return work;
    },
    [platform, tell],
  );
  return { platform, tell, copy };
}
