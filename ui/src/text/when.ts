/** How long ago something was, for a column: `now`, `35 min`, `4 h`, `2 d`, then the day. */

import { LOCALE } from "./locale";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** After this many days the day itself says more. */
const DAYS = 14;

export function since(at: Date, now: Date, locale: string | undefined = LOCALE): string {
  const passed = now.getTime() - at.getTime();
  // A clock that is a little ahead of ours, or one that is wrong.
  if (passed < MINUTE) return passed > -HOUR ? "now" : day(at, now, locale);
  if (passed < HOUR) return `${Math.floor(passed / MINUTE)} min`;
  if (passed < DAY) return `${Math.floor(passed / HOUR)} h`;
  if (passed < DAYS * DAY) return `${Math.floor(passed / DAY)} d`;
  return day(at, now, locale);
}

function day(at: Date, now: Date, locale: string | undefined): string {
  return at.toLocaleDateString(
    locale,
    at.getFullYear() === now.getFullYear() ? { day: "numeric", month: "short" } : { month: "short", year: "numeric" },
  );
}

/** `84 MB`, in steps of 1,000 as the hosts say it; the size comes in kibibytes. */
export function size(kibibytes: number, locale: string | undefined = LOCALE): string {
  const units = ["kB", "MB", "GB", "TB"];
  let value = (kibibytes * 1024) / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = value < 9.95 && unit > 0 ? 1 : 0;
  return `${value.toLocaleString(locale, { maximumFractionDigits: digits })} ${units[unit] ?? ""}`;
}
