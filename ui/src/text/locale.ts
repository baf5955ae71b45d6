/**
 * The person's own locale. A system without one ("C" on a bare machine) would write 100000 and mean
 * 100,000; there it is English with a 24-hour clock.
 */
export const LOCALE: string | undefined = /posix|^c$/i.test(new Intl.NumberFormat().resolvedOptions().locale) ? "en-GB" : undefined;
