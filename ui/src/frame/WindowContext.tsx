import { createContext, useContext } from "react";
import type { WindowStart } from "../ipc/bindings";

/** What the shell said about itself when the window started. */
export type WindowFacts = Pick<WindowStart, "version" | "tray">;

/** Until the shell has answered: no version, and closing means closing. */
export const WindowContext = createContext<WindowFacts>({ version: "", tray: false });

export function useWindowFacts(): WindowFacts {
  return useContext(WindowContext);
}
