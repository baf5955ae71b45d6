import { useEffect, useState } from "react";
import styles from "./Countdown.module.css";
import { clock, secondsLeft, spoken } from "./timeLeft";

/** The time left until `end`: seen each second, spoken twice. */
export function Countdown({ start, end, look }: { start: number; end: number; look: "clock" | "bar" }) {
  const { left, say } = useSecondsLeft(end);
  const whole = Math.max(1, secondsLeft(end, start));
  if (look === "bar") {
    return <progress className={styles.bar} max={whole} value={Math.min(left, whole)} aria-hidden="true" />;
  }
  return (
    <>
      <span role="timer" aria-label="Time left" className={styles.clock}>
        {clock(left)}
      </span>
      <span role="status" className={styles.hidden}>
        {say}
      </span>
    </>
  );
}

function useSecondsLeft(end: number) {
  const [{ left, say }, set] = useState(() => ({ left: secondsLeft(end, Date.now()), say: "" }));
  useEffect(() => {
    function tick() {
      const now = secondsLeft(end, Date.now());
      set((before) => (before.left === now ? before : { left: now, say: spoken(before.left, now) ?? before.say }));
    }
    tick();
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [end]);
  return { left, say };
}
