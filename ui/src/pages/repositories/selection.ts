/** Which repositories are selected, and how keys and clicks change that. Ids, so that it outlives sorting and syncing. */
import type { Repository } from "../../ipc/bindings";

/** What is copied of each, because copying is what a selection is for. */
export type Picked = Pick<Repository, "full_name" | "clone_url" | "web_url" | "visibility" | "archived" | "language" | "pushed_at">;
export type Selection = ReadonlyMap<number, Picked>;

type Row = Picked & Pick<Repository, "id">;

export const NONE: Selection = new Map();

export function toggled(selection: Selection, row: Row): Selection {
  const next = new Map(selection);
  if (!next.delete(row.id)) next.set(row.id, picked(row));
  return next;
}

export function added(selection: Selection, rows: Iterable<Row>): Selection {
  const next = new Map(selection);
  for (const row of rows) next.set(row.id, picked(row));
  return next;
}

/** One address a line, in the order of selecting. */
export function addresses(selection: Selection): string {
  return [...selection.values()].map((each) => each.clone_url).join("\n");
}

function picked({ full_name, clone_url, web_url, visibility, archived, language, pushed_at }: Row): Picked {
  return { full_name, clone_url, web_url, visibility, archived, language, pushed_at };
}

/** The selected ones as a table for a spreadsheet (RFC 4180). */
export function asCsv(selection: Selection): string {
  const rows = [...selection.values()].map((each) =>
    [each.full_name, each.visibility, String(each.archived), each.language ?? "", each.pushed_at ?? "", each.clone_url, each.web_url].map(cell).join(","),
  );
  return ["full_name,visibility,archived,language,pushed_at,clone_url,web_url", ...rows].join("\r\n");
}

/** A cell. One that a spreadsheet would take for a formula is kept from being one. */
function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}

/** The selected ones as JSON. */
export function asJson(selection: Selection): string {
  return JSON.stringify([...selection.values()], null, 2);
}
