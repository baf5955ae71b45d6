/** The sections of the settings, in their order. */
export const SECTIONS = [
  { key: "general", title: "General" },
  { key: "sync", title: "Sync" },
  { key: "vault", title: "Vault" },
  { key: "clients", title: "Clients" },
  { key: "keyboard", title: "Keyboard" },
  { key: "about", title: "About" },
] as const;

export type Section = (typeof SECTIONS)[number]["key"];

/** The section that a text in the address names; the first one for anything else. */
export function sectionOf(text: unknown): Section {
  return SECTIONS.find((section) => section.key === text)?.key ?? "general";
}

/** The intervals to choose from, in minutes; 0 is off. */
const INTERVALS = [5, 15, 30, 60, 180, 720, 1440, 0];

/** The intervals to choose from, and the one that is set if it is none of them. */
export function intervals(set: number): { value: number; label: string }[] {
  const all = INTERVALS.includes(set) ? INTERVALS : [...INTERVALS, set].sort((one, other) => (one || Infinity) - (other || Infinity));
  return all.map((minutes) => ({ value: minutes, label: intervalWords(minutes) }));
}

function intervalWords(minutes: number): string {
  if (minutes === 0) return "Off";
  if (minutes === 1440) return "Once a day";
  if (minutes === 60) return "Every hour";
  if (minutes % 60 === 0) return `Every ${minutes / 60} hours`;
  return `Every ${minutes} minutes`;
}
