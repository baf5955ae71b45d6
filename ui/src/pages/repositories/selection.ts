/** Which repositories are selected, and how keys and clicks change that. Ids, so that it outlives sorting and syncing. */
import type { Repository } from "../../ipc/bindings";

/** The address of each, because copying is what a selection is for. */
export type Selection = ReadonlyMap<number, string>;

type Row = Pick<Repository, "id" | "clone_url">;

export const NONE: Selection = new Map();

export function toggled(selection: Selection, row: Row): Selection {
  const next = new Map(selection);
  if (!next.delete(row.id)) next.set(row.id, row.clone_url);
  return next;
}

export function added(selection: Selection, rows: Iterable<Row>): Selection {
  const next = new Map(selection);
  for (const row of rows) next.set(row.id, row.clone_url);
  return next;
}

/** One address a line, in the order of selecting. */
export function addresses(selection: Selection): string {
  return [...selection.values()].join("\n");
}
