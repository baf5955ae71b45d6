import { createContext, useContext } from "react";

/** What has the window to itself for a while, over the open vault or across its opening. */
export type Errand =
  | { what: "first-run" }
  | { what: "damaged" }
  /** Puts a backup in the vault's place: the one at this path, if somebody chose it already. */
  | { what: "restore"; path?: string }
  | { what: "recovery" }
  | { what: "renew" };

export type Errands = {
  /** Gives the window to an errand; `back` is the address inside where its end leads. */
  begin: (errand: Errand, back?: string) => void;
  /**
   * Set while work runs that closes and opens the vault itself: only then does an errand outlast the
   * closing. Any other lock ends it, with everything it shows.
   */
  setThrough: (on: boolean) => void;
  end: () => void;
};

export const ErrandContext = createContext<Errands | null>(null);

export function useErrands(): Errands {
  const errands = useContext(ErrandContext);
  if (!errands) throw new Error("errands have to be provided around every page");
  return errands;
}
