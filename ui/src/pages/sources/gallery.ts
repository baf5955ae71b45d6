/** What the gallery says and in which order, apart from how it is drawn. */
import type { FoundItem, Source, SourceKind } from "../../ipc/bindings";

export type Shelf = { kind: SourceKind; items: readonly FoundItem[] };

/** What was found, under its kinds, in the keeper's order; kinds of which nothing was found are left out. */
export function shelves(kinds: readonly SourceKind[], items: readonly FoundItem[], only: string | null): Shelf[] {
  return kinds
    .filter((kind) => only === null || kind.id === only)
    .map((kind) => ({ kind, items: items.filter((item) => item.kind === kind.id) }))
    .filter((shelf) => shelf.items.length > 0);
}

/** What a source points to, in a line. */
export function placeOf(source: Pick<Source, "full_name" | "reference" | "path">): string {
  const at = source.reference === null ? source.full_name : `${source.full_name} at ${source.reference}`;
  return source.path === "" ? at : `${at}, in ${source.path}`;
}

/** "3 sources, 12 found; 1 can't be read". */
export function countSentence(sources: readonly Source[], number: (value: number) => string): string {
  const found = sources.reduce((sum, source) => sum + source.found, 0);
  const failing = sources.filter((source) => source.problem !== null).length;
  const many = sources.length === 1 ? "1 source" : `${number(sources.length)} sources`;
  return `${many}, ${number(found)} found${failing > 0 ? `; ${number(failing)} could not be read` : ""}`;
}
