/** A day as a person reads it. */
import { LOCALE } from "../../text/locale";

export const dayOf = (at: string): string => new Date(at).toLocaleDateString(LOCALE, { day: "numeric", month: "long", year: "numeric" });
