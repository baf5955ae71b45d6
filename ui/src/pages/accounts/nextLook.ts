/** When an account is looked at next, or what that waits for, in words. */
import type { NextSync } from "../../ipc/bindings";

const WHY: Record<NextSync["because"], string> = {
  running: "Being read now",
  interval: "",
  failed: "tried again, as the last look failed",
  limited: "the host asked to wait",
  offline: "Waits for a network",
  metered: "Waits, as the network costs by use",
  by_hand: "By hand only",
  needs_you: "After you signed in again",
};

/** `time`: a moment as it is shown. */
export function nextLook(next: NextSync, now: Date, time: (at: Date) => string): string {
  const why = WHY[next.because];
  if (next.at === null) return why;
  const at = new Date(next.at);
  const when = at <= now ? "Now" : time(at);
  return why === "" ? when : `${when}, ${why}`;
}

/** What the host's limits do to what is asked of it; nothing where there are none. */
export function hostLimit(next: NextSync, time: (at: Date) => string): string | undefined {
  if (next.host_waits_until !== null) return `Asked to be left alone until ${time(new Date(next.host_waits_until))}`;
  if (next.at_once < next.at_once_most) return `${next.at_once} of ${next.at_once_most} requests at once for a while`;
  return undefined;
}
