/** Times as a person reads them, in the person's locale. `now` is handed in, so that a test can hold it still. */

import { LOCALE } from "../text/locale";

/** `14:08` */
export function clockTime(at: Date, locale: string | undefined = LOCALE): string {
  return at.toLocaleTimeString(locale, { timeStyle: "short" });
}

/** `Today`, `Yesterday`, `23 November`, and the year where it is another. */
export function dayName(at: Date, now: Date, locale: string | undefined = LOCALE): string {
  const days = daysBetween(at, now);
  if (days === 0) return "Today";
  if (days === 1) return "Yesterday";
  return at.toLocaleDateString(locale, {
    day: "numeric",
    month: "long",
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  });
}

/** The same in the middle of a sentence: `today`, `yesterday`, `23 November`. */
export function onDay(at: Date, now: Date, locale: string | undefined = LOCALE): string {
  const name = dayName(at, now, locale);
  return [0, 1].includes(daysBetween(at, now)) ? name.toLowerCase() : name;
}

/** `Today, 14:08`, `23 November, 18:20` */
export function moment(at: Date, now: Date, locale: string | undefined = LOCALE): string {
  return `${dayName(at, now, locale)}, ${clockTime(at, locale)}`;
}

/** For a column: `14:08` today, `23 Nov, 18:20` otherwise. */
export function shortMoment(at: Date, now: Date, locale: string | undefined = LOCALE): string {
  if (daysBetween(at, now) === 0) return clockTime(at, locale);
  const day = at.toLocaleDateString(locale, {
    day: "numeric",
    month: "short",
    ...(at.getFullYear() === now.getFullYear() ? {} : { year: "numeric" }),
  });
  return `${day}, ${clockTime(at, locale)}`;
}

/** `1,234` or `0.2`, with this many digits behind the point. */
export function number(value: number, digits = 0, locale: string | undefined = LOCALE): string {
  return value.toLocaleString(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

function daysBetween(at: Date, now: Date): number {
  const midnight = (date: Date) => Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}
