/** What the gallery says and in which order, apart from how it is drawn. */
import type { FoundItem, Question, Source, SourceKind } from "../../ipc/bindings";

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

const ANSWERS: Readonly<Record<string, string>> = { str: "text", bool: "yes or no", int: "a whole number", float: "a number" };

/** What can be answered to a question: "One of MIT, GPL; MIT by default". */
export function answerSentence({ answer, choices, several, secret, default: usual, when }: Question): string {
  const labels = choices.map(({ label }) => label).join(", ");
  const parts = [labels === "" ? (ANSWERS[answer] ?? answer) : `${several ? "any" : "one"} of ${labels}`];
  if (secret) parts.push("a secret");
  if (usual !== null && usual !== "") parts.push(`${usual} by default`);
  if (when !== null) parts.push(`asked only when ${when}`);
  const text = parts.join("; ");
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** "1 template, 2 skills", in the keeper's order of kinds. */
export function countedKinds(kinds: readonly SourceKind[], items: readonly FoundItem[], number: (value: number) => string): string {
  const counted = shelves(kinds, items, null).map(({ kind, items: of }) => `${number(of.length)} ${(of.length === 1 ? kind.name : kind.plural).toLowerCase()}`);
  return counted.join(", ");
}
