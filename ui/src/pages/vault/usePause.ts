import { useEffect, useState } from "react";
import { secondsLeft } from "../../components/timeLeft";

/** How many seconds nothing may be tried yet; 0 from the moment it may. */
export function usePause(until: string | null): number {
  const end = until === null ? 0 : new Date(until).getTime();
  const [now, setNow] = useState(() => Date.now());
  const left = secondsLeft(end, now);
  useEffect(() => {
    if (end <= Date.now()) return;
    const tick = () => setNow(Date.now());
    const timer = setInterval(tick, 250);
    tick();
    return () => clearInterval(timer);
  }, [end]);
  return left;
}
