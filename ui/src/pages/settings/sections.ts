/** The sections of the settings, in their order. */
export const SECTIONS = [
  { key: "general", title: "General" },
  { key: "security", title: "Security" },
  { key: "sync", title: "Sync" },
  { key: "credentials", title: "Credentials" },
  { key: "clients", title: "Clients" },
  { key: "keyboard", title: "Keyboard" },
  { key: "about", title: "About" },
] as const;

export type Section = (typeof SECTIONS)[number]["key"];

/** The section that a text in the address names; the first one for anything else. */
export function sectionOf(text: unknown): Section {
  return SECTIONS.find((section) => section.key === text)?.key ?? "general";
}

/** What Security asks in a dialog, or does at once; the address says so, so that any action can lead there. */
const ASKS = ["add", "passphrase", "remove", "export", "import", "check"] as const;

export type Ask = (typeof ASKS)[number];

export type SettingsSearch = { section?: Section | undefined; ask?: Ask | undefined; slot?: string | undefined };

export function readSettingsSearch({ section, ask, slot }: Record<string, unknown>): SettingsSearch {
  const known = ASKS.find((each) => each === ask);
  return {
    ...(section === undefined ? {} : { section: sectionOf(section) }),
    ...(known === undefined ? {} : { ask: known }),
    ...(typeof slot === "string" ? { slot } : {}),
  };
}

/** The intervals to choose from, in minutes; 0 is off. */
const INTERVALS = [5, 15, 30, 60, 180, 720, 1440, 0];

/** The intervals to choose from, and the one that is set if it is none of them. */
export function intervals(set: number): { value: number; label: string }[] {
  return stepsOf(INTERVALS, set, intervalWords);
}

export function intervalWords(minutes: number): string {
  if (minutes === 0) return "Off";
  if (minutes === 1440) return "Once a day";
  if (minutes === 60) return "Every hour";
  if (minutes % 60 === 0) return `Every ${minutes / 60} hours`;
  return `Every ${minutes} minutes`;
}

/** Numbers to choose from with their words, and the one that is set if it is none of them. */
export function stepsOf(steps: readonly number[], set: number, words: (value: number) => string): { value: number; label: string }[] {
  // 0 means never, which is more than anything.
  const all = steps.includes(set) ? steps : [...steps, set].sort((one, other) => (one || Infinity) - (other || Infinity));
  return all.map((value) => ({ value, label: words(value) }));
}

export function idleWords(minutes: number): string {
  if (minutes === 0) return "Never";
  if (minutes === 1) return "1 minute";
  if (minutes === 60) return "1 hour";
  return minutes % 60 === 0 ? `${minutes / 60} hours` : `${minutes} minutes`;
}

export function secondsWords(seconds: number): string {
  if (seconds === 60) return "1 minute";
  return seconds % 60 === 0 ? `${seconds / 60} minutes` : `${seconds} seconds`;
}

export function backupWords(days: number): string {
  if (days === 0) return "By hand only";
  if (days === 1) return "Every day";
  return days === 7 ? "Every week" : `Every ${days} days`;
}
