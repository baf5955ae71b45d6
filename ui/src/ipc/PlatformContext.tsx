import { createContext, useContext } from "react";
import type { Platform } from "./platform";

export const PlatformContext = createContext<Platform | null>(null);

/** The world outside the webview, for what is neither a read nor a change of data: copying, opening pages. */
export function usePlatform(): Platform {
  const platform = useContext(PlatformContext);
  if (!platform) throw new Error("a platform has to be provided around every page");
  return platform;
}
