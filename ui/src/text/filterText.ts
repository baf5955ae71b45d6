/** Filters as they are typed: the keeper's grammar, as far as a chip needs it. Both are held against the same cases. */
import type { Facet } from "../ipc/bindings";

/** One filter. Of archived, fork and template the value is `yes` or `no`, and it is never negated: `no` says that. */
export type Chip = { field: Facet; value: string; negated: boolean };

/** The names of the filters; the first of each is how it is written. */
const NAMES: Readonly<Record<Facet, readonly string[]>> = {
  account: ["account"],
  owner: ["owner", "org"],
  visibility: ["visibility"],
  language: ["lang", "language"],
  topic: ["topic"],
  pushed: ["pushed"],
  permission: ["permission", "role"],
  forge: ["forge", "host"],
  archived: ["archived"],
  fork: ["fork"],
  template: ["template"],
};

export const FIELDS = Object.keys(NAMES) as readonly Facet[];
const VISIBILITIES = ["public", "internal", "private"];
const PERMISSIONS = ["read", "triage", "write", "maintain", "admin"];
const YES: Readonly<Record<string, string>> = { yes: "yes", true: "yes", no: "no", false: "no" };
const FLAGS: ReadonlySet<string> = new Set<Facet>(["archived", "fork", "template"]);

/** Whether there is one answer only. */
export function isFlag(field: Facet): boolean {
  return FLAGS.has(field);
}

/** `owner:acme`, `-lang:"Jupyter Notebook"`, `is:private`; nothing if it is not a whole filter. */
export function readFilterText(token: string): Chip | undefined {
  const match = /^(-?)([a-z]+):(.+)$/is.exec(token);
  if (!match) return undefined;
  const negated = match[1] === "-";
  const name = (match[2] ?? "").toLowerCase();
  const value = unquoted(match[3] ?? "");
  if (value === "" || /^[/:\\]/.test(value)) return undefined;
  const low = value.toLowerCase();
  if (name === "is") {
    if (FLAGS.has(low)) return { field: low as Facet, value: negated ? "no" : "yes", negated: false };
    return VISIBILITIES.includes(low) ? { field: "visibility", value: low, negated } : undefined;
  }
  const field = FIELDS.find((each) => NAMES[each].includes(name));
  if (field === undefined) return undefined;
  if (FLAGS.has(field)) {
    const answer = YES[low];
    return answer === undefined ? undefined : { field, value: negated ? other(answer) : answer, negated: false };
  }
  if (field === "visibility" || field === "permission") {
    const among = field === "visibility" ? VISIBILITIES : PERMISSIONS;
    return among.includes(low) ? { field, value: low, negated } : undefined;
  }
  if (field === "pushed" && !isTime(value)) return undefined;
  return { field, value, negated };
}

/** A chip as it is typed. */
export function writeFilterText({ field, value, negated }: Chip): string {
  return `${negated ? "-" : ""}${NAMES[field][0] ?? field}:${/\s/.test(value) ? `"${value}"` : value}`;
}

/** A filter that is still being typed at the end of a text: its field and what is there of its value. */
export function unfinished(text: string): { field: Facet; typed: string; before: string; negated: boolean } | undefined {
  const match = /(^|\s)(-?)([a-z]+):(?:"([^"]*)|([^\s"]*))$/i.exec(text);
  if (!match) return undefined;
  const name = (match[3] ?? "").toLowerCase();
  const field = FIELDS.find((each) => NAMES[each].includes(name));
  if (field === undefined) return undefined;
  return { field, typed: match[4] ?? match[5] ?? "", before: text.slice(0, match.index + (match[1] ?? "").length), negated: match[2] === "-" };
}

/** Words with the space behind them; what stands in quotes is one word. */
export function tokens(text: string): { token: string; space: string }[] {
  return [...text.matchAll(/((?:[^\s"]|"[^"]*(?:"|$))+)(\s*)/g)].map((match) => ({ token: match[1] ?? "", space: match[2] ?? "" }));
}

function other(answer: string): string {
  return answer === "yes" ? "no" : "yes";
}

/** A day, month or year, or an age like `30d`. */
function isTime(value: string): boolean {
  const time = /^(?:[<>]=?)?(.+)$/.exec(value)?.[1] ?? "";
  if (/^\d{1,9}[hdwmy]$/.test(time)) return true;
  const match = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/.exec(time);
  if (!match) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2] ?? 1), Number(match[3] ?? 1)];
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

function unquoted(value: string): string {
  if (!value.startsWith('"')) return value;
  return value.endsWith('"') && value.length > 1 ? value.slice(1, -1).trim() : "";
}
