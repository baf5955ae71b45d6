import { classes } from "./classes";
import styles from "./HealthLight.module.css";

/** `ok` disc, `soon` triangle, `stop` octagon, `off` ring, `busy` ring with a gap. */
export type Light = "ok" | "soon" | "stop" | "off" | "busy";

const SHAPES: Record<Light, string> = {
  ok: "M6 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8z",
  soon: "M6 1.25 11.25 10.75H.75z",
  stop: "M3.7.75h4.6l2.95 2.95v4.6L8.3 11.25H3.7L.75 8.3V3.7z",
  off: "M6 1.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9zm0 1.75a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5z",
  busy: "M6.9 1.6a4.5 4.5 0 1 1-3.6.95l1.1 1.36a2.75 2.75 0 1 0 2.2-.58z",
};

/** The shape that says how something fares. Words stand beside it; without them, give it a `name`. */
export function HealthLight({ light, name, className }: { light: Light; name?: string; className?: string | undefined }) {
  return (
    <svg
      className={classes(styles.light, styles[light], className)}
      viewBox="0 0 12 12"
      data-light={light}
      {...(name ? { role: "img", "aria-label": name } : { "aria-hidden": true })}
    >
      <path d={SHAPES[light]} fillRule="evenodd" />
    </svg>
  );
}
