import { createContext, useContext, useEffect, useLayoutEffect, useRef } from "react";
import type { Scene, Target } from "./action";

/** What the frame hands to everybody who offers or takes actions. */
export type Actions = {
  /** Where things stand now; asked when it is needed, so that nobody is drawn anew for it. */
  scene: () => Scene;
  /** The page that is shown offers itself. Answers with how to take that back. */
  offer: (target: () => Target) => () => void;
};

export const ActionsContext = createContext<Actions | null>(null);

export function useActions(): Actions {
  const actions = useContext(ActionsContext);
  if (!actions) throw new Error("actions have to be provided around every page");
  return actions;
}

/** Lets actions be about what this page shows, as long as it shows it. */
export function useTarget(target: Target): void {
  const { offer } = useActions();
  const latest = useRef(target);
  useLayoutEffect(() => {
    latest.current = target;
  });
  useEffect(() => offer(() => latest.current), [offer]);
}
