import { useState } from "react";

const KEY = "inspector";

/** Below this width it lies over the list, so it is only there when asked for. */
const BESIDE = "(min-width: 56.25rem)";

/** Whether the details are shown; this window's own habit, and nothing about anybody. */
export function useInspectorOpen(): [boolean, (open: boolean) => void] {
  const [open, setOpen] = useState(() => matchMedia(BESIDE).matches && localStorage.getItem(KEY) !== "closed");
  return [
    open,
    (next) => {
      setOpen(next);
      if (matchMedia(BESIDE).matches) localStorage.setItem(KEY, next ? "open" : "closed");
    },
  ];
}
