import { classes } from "./classes";
import styles from "./Icon.module.css";

/** The paths of the drawn icons, on a ground of 16 by 16, to be stroked. */
const PATHS = {
  accounts: "M5.5 5.25a2.5 2.5 0 1 0 5 0 2.5 2.5 0 1 0-5 0zM3 13.5c.5-2.7 2.4-4 5-4s4.5 1.3 5 4",
  activity: "M6 4h7.5M6 8h7.5M6 12h7.5M2.75 4h.01M2.75 8h.01M2.75 12h.01",
  calendar: "M3.75 3.75h8.5a1.25 1.25 0 0 1 1.25 1.25v7.25a1.25 1.25 0 0 1-1.25 1.25h-8.5a1.25 1.25 0 0 1-1.25-1.25V5a1.25 1.25 0 0 1 1.25-1.25zM2.5 7h11M5.5 2.25v3M10.5 2.25v3",
  check: "m3.5 8.5 3 3 6-7",
  clock: "M2.5 8a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0zM8 4.75V8l2.25 1.5",
  copy: "M6.75 5.5h5A1.25 1.25 0 0 1 13 6.75v5A1.25 1.25 0 0 1 11.75 13h-5a1.25 1.25 0 0 1-1.25-1.25v-5A1.25 1.25 0 0 1 6.75 5.5zM3 10.5V4a1 1 0 0 1 1-1h6.5",
  down: "m3.5 6 4.5 4.5L12.5 6",
  edit: "M3 13l.75-3 6.75-6.75 2.25 2.25L6 12.25zM9 4.75 11.25 7",
  ext: "M9 3h4v4M13 3 7.5 8.5M6.5 4H3.5v8.5H12v-3",
  folder: "M2 12.5v-9h4l1.5 2H14v7z",
  globe:
    "M2.5 8a5.5 5.5 0 1 0 11 0 5.5 5.5 0 1 0-11 0zM2.5 8h11M8 2.5c2 1.6 2.6 3.5 2.6 5.5s-.6 3.9-2.6 5.5c-2-1.6-2.6-3.5-2.6-5.5S6 4.1 8 2.5z",
  internal: "M3.5 13.5v-11h9v11M2.5 13.5h11M6.5 5.5h.01M9.5 5.5h.01M6.5 8.25h.01M9.5 8.25h.01M7 13.5V11h2v2.5",
  key: "M2.5 10.75a2.75 2.75 0 1 0 5.5 0 2.75 2.75 0 1 0-5.5 0zM7.25 8.75l5.5-5.5M10.5 5.5l2 2",
  left: "M13 8H3.5M7 4 3 8l4 4",
  lock: "M4.75 7h6.5a1.25 1.25 0 0 1 1.25 1.25v4a1.25 1.25 0 0 1-1.25 1.25h-6.5a1.25 1.25 0 0 1-1.25-1.25v-4A1.25 1.25 0 0 1 4.75 7zM5.5 7V5a2.5 2.5 0 0 1 5 0v2",
  minus: "M4 8h8",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  pass: "M2.75 4.5h10.5a1.25 1.25 0 0 1 1.25 1.25v4.5a1.25 1.25 0 0 1-1.25 1.25H2.75a1.25 1.25 0 0 1-1.25-1.25v-4.5A1.25 1.25 0 0 1 2.75 4.5zM4.5 8h.01M7 8h.01M9.5 8h.01M12 6.5v3",
  plus: "M8 3v10M3 8h10",
  refresh: "M13 8a5 5 0 1 1-1.5-3.55M13 2.5v3h-3",
  repos: "M12.5 11.5V2.5h-8A1.5 1.5 0 0 0 3 4v8.25M12.5 11.5h-8a1.25 1.25 0 0 0 0 2.5h8z",
  right: "m6 3.5 4.5 4.5L6 12.5",
  search: "M2.75 7a4.25 4.25 0 1 0 8.5 0 4.25 4.25 0 1 0-8.5 0zM10.25 10.25l3.25 3.25",
  settings:
    "M2.5 5H8M12.5 5h1M2.5 11h1M8 11h5.5M8.25 5a2 2 0 1 0 4 0 2 2 0 1 0-4 0zM3.75 11a2 2 0 1 0 4 0 2 2 0 1 0-4 0z",
  side: "M3.25 3h9.5A1.25 1.25 0 0 1 14 4.25v7.5A1.25 1.25 0 0 1 12.75 13h-9.5A1.25 1.25 0 0 1 2 11.75v-7.5A1.25 1.25 0 0 1 3.25 3zM9.5 3v10",
  skill: "M4 2.5h5.5L12.5 5.5v8H4zM9.5 2.5v3h3M6 8.5h4.5M6 11h3",
  template: "M3 5.5V3h2.5M10.5 3H13v2.5M13 10.5V13h-2.5M5.5 13H3v-2.5",
  warn: "M8 2.5 14 13H2zM8 6.5v3M8 11.25h.01",
  x: "m4 4 8 8M12 4l-8 8",
} as const;

export type IconName = keyof typeof PATHS;

/** A drawn sign. Never alone: words stand beside it or in the label of what it is in. */
export function Icon({
  name,
  size = "normal",
  className,
}: {
  name: IconName;
  size?: "tiny" | "small" | "normal" | undefined;
  className?: string | undefined;
}) {
  return (
    <svg className={classes(styles.icon, styles[size], className)} viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
