/** The time that is left, as a clock shows it and as a voice says it. */

/** Whole seconds until `end`, never below 0. A second that has begun counts as whole. */
export function secondsLeft(end: number, now: number): number {
  return Math.max(0, Math.ceil((end - now) / 1000));
}

/** `7:42`; from an hour on `1:07:42`. */
export function clock(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

const SPOKEN: readonly (readonly [at: number, words: string])[] = [
  [60, "1 minute left"],
  [300, "5 minutes left"],
];

/**
 * What to say aloud when the time left goes from `before` to `after` seconds: a mark that was just
 * passed, the nearest one if a sleeping computer passed several.
 */
export function spoken(before: number, after: number): string | undefined {
  if (after === 0) return undefined;
  return SPOKEN.find(([at]) => before > at && after <= at)?.[1];
}
