/** When what was read of a repository is read again, and what of it is shown. */
import type { NamedReference, RepositoryContents, RepositoryReferences } from "../../ipc/bindings";

const FRESH_MS = 5 * 60_000;
/** How many names are shown at once, before somebody wants all of them. */
const FIRST = 8;
/** Then so many; the filter finds the others. */
const MOST = 200;

/** Whether its host is asked again: nothing is known, it failed, it is old, or somebody pushed since. */
export function isDue(contents: RepositoryContents | undefined, pushedAt: string | null, now: Date): boolean {
  if (!contents) return true;
  return [contents.readme, contents.references].some(({ read_at, problem }) => {
    if (read_at === null || problem !== null) return true;
    const at = Date.parse(read_at);
    return now.getTime() - at > FRESH_MS || (pushedAt !== null && Date.parse(pushedAt) > at);
  });
}

/** Of what is kept and what a reading brought, what tells more: a reading that failed for the first time is kept nowhere. */
export function newer(kept: RepositoryContents | undefined, read: RepositoryContents | undefined): RepositoryContents | undefined {
  if (!kept || !read) return read ?? kept;
  const at = ({ readme, references }: RepositoryContents) => Math.max(...[readme.read_at, references.read_at].map((time) => (time === null ? 0 : Date.parse(time))));
  return at(kept) > 0 && at(kept) >= at(read) ? kept : read;
}

/** `3 branches, 1 tag` */
export function counts({ branch_count, tag_count, truncated }: RepositoryReferences, number: (value: number) => string): string {
  const of = (many: number, one: string, more: string) => `${number(many)}${truncated ? "+" : ""} ${many === 1 ? one : more}`;
  return `${of(branch_count, "branch", "branches")}, ${of(tag_count, "tag", "tags")}`;
}

/** Whether there are so many names that a field to find one helps. */
export function wantsFilter({ branches, tags }: RepositoryReferences): boolean {
  return branches.length + tags.length > 2 * FIRST;
}

/** The names that are shown of a list, and how many there are that could be. */
export function visible(names: readonly NamedReference[], text: string, all: boolean): { rows: readonly NamedReference[]; fits: number } {
  const wanted = text.trim().toLowerCase();
  const fitting = wanted === "" ? names : names.filter(({ name }) => name.toLowerCase().includes(wanted));
  return { rows: fitting.slice(0, all || wanted !== "" ? MOST : FIRST), fits: fitting.length };
}
