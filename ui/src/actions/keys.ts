/** Which key presses mean a shortcut, and how a shortcut is written on key caps. */

/** `Mod+K`, `Alt+ArrowLeft`, `?`, `x`, `Shift+ArrowDown`. `Mod` is Ctrl, and the command key on a Mac. */
export type Shortcut = string;

export type Press = Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">;

type Parts = { mod: boolean; alt: boolean; shift: boolean; key: string };

function parse(shortcut: Shortcut): Parts {
  const parts = shortcut.split("+");
  // The plus sign itself.
  const key = shortcut.endsWith("+") ? "+" : (parts.at(-1) ?? "");
  return { mod: parts.includes("Mod"), alt: parts.includes("Alt"), shift: parts.includes("Shift"), key };
}

export function matches(press: Press, shortcut: Shortcut, mac: boolean): boolean {
  const wanted = parse(shortcut);
  const mod = mac ? press.metaKey : press.ctrlKey;
  const other = mac ? press.ctrlKey : press.metaKey;
  if (mod !== wanted.mod || other || press.altKey !== wanted.alt) return false;
  const key = wanted.key.toLowerCase();
  // Where a sign lies differs between keyboards, and some need Shift for it.
  const isSign = key.length === 1 && !/[a-z0-9]/.test(key);
  if (!isSign && press.shiftKey !== wanted.shift) return false;
  return named(press).includes(key);
}

/** What a press may be called: what it types, and in a script without Latin letters, what its place is called. */
function named(press: Press): string[] {
  const typed = press.key.toLowerCase();
  const place = /^(?:Key([A-Z])|Digit([0-9]))$/.exec(press.code);
  const byPlace = (place?.[1] ?? place?.[2])?.toLowerCase();
  if (byPlace === undefined) return [typed];
  if (/^[0-9]$/.test(byPlace)) return [typed, byPlace];
  return /^[a-z]$/.test(typed) ? [typed] : [typed, byPlace];
}

/** Whether it is a letter or sign alone: it works only while nobody types, and can be turned off. */
export function isSingle(shortcut: Shortcut): boolean {
  const { mod, alt, key } = parse(shortcut);
  return !mod && !alt && key.length === 1;
}

const CAPS: Record<string, string> = {
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  Escape: "Esc",
  " ": "Space",
};

/** The caps to draw, in their order. */
export function caps(shortcut: Shortcut, mac: boolean): string[] {
  const { mod, alt, shift, key } = parse(shortcut);
  return [
    ...(mod ? [mac ? "⌘" : "Ctrl"] : []),
    ...(alt ? [mac ? "⌥" : "Alt"] : []),
    ...(shift ? ["⇧"] : []),
    CAPS[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  ];
}

/** Whether this is a Mac, where the command key stands for Ctrl. */
export function isMac(): boolean {
  return /Mac|iPhone|iPad/.test(navigator.userAgent);
}
