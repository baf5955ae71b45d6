import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from "react";
import type { Light } from "../components/HealthLight";
import { Toast } from "../components/Toast";
import { asProblem, ProblemError } from "../ipc/platform";

export type Saying = {
  light: Light;
  title: string;
  body?: string | undefined;
  action?: { label: string; run: () => void };
  /** Called once, when it is closed or another takes its place. */
  onGone?: () => void;
};

type Say = { say: (saying: Saying) => void; takeBack: (saying: Saying) => void; sayProblem: (thrown: unknown) => void };

const SayContext = createContext<Say | null>(null);

/** For what finished or failed away from the eye. What is seen anyway is not said. */
export function useSay(): Say {
  const say = useContext(SayContext);
  if (!say) throw new Error("toasts have to be provided around every page");
  return say;
}

/** One toast at a time; the same again raises its count. */
export function Toasts({ children }: { children: ReactNode }) {
  const [shown, setShown] = useState<{ saying: Saying; count: number; key: number }>();
  const current = useRef<Saying>(undefined);
  const closeNow = useCallback(() => {
    const gone = current.current;
    current.current = undefined;
    setShown(undefined);
    gone?.onGone?.();
  }, []);
  const say = useMemo<Say>(() => {
    const add = (saying: Saying) => {
      const gone = current.current;
      current.current = saying;
      setShown((before) => {
        const same = before?.saying.title === saying.title && before.saying.body === saying.body;
        return { saying, count: same ? before.count + 1 : 1, key: same ? before.key : (before?.key ?? 0) + 1 };
      });
      gone?.onGone?.();
    };
    return {
      say: add,
      takeBack: (saying) => {
        if (current.current === saying) closeNow();
      },
      sayProblem: (thrown) => {
        const { message, hint } = asProblem(thrown);
        add({ light: "stop", title: message, body: hint || undefined });
      },
    };
  }, [closeNow]);
  useEffect(() => {
    // What a click began and nobody waits for, such as opening a page in the browser.
    const hear = (event: PromiseRejectionEvent) => {
      if (!(event.reason instanceof ProblemError)) return;
      event.preventDefault();
      say.sayProblem(event.reason);
    };
    addEventListener("unhandledrejection", hear);
    return () => removeEventListener("unhandledrejection", hear);
  }, [say]);
  return (
    <SayContext value={say}>
      {children}
      {shown && (
        <Toast
          key={shown.key}
          light={shown.saying.light}
          title={shown.saying.title}
          count={shown.count}
          onClose={closeNow}
          {...(shown.saying.action ? { action: shown.saying.action } : {})}
        >
          {shown.saying.body}
        </Toast>
      )}
    </SayContext>
  );
}
