/** Owners as a tree: groups hold the groups below them. */
import type { FacetValue } from "../../ipc/bindings";

export type OwnerNode = {
  /** The whole path, as a filter takes it. */
  path: string;
  /** Its last part. */
  name: string;
  level: number;
  /** How many repositories lie in it and below it. */
  count: number;
};

/** Every owner and every group above one, each followed by what is below it. */
export function ownerTree(values: readonly FacetValue[]): OwnerNode[] {
  const counts = new Map<string, { path: string; count: number }>();
  for (const { value, count } of values) {
    const parts = value.split("/");
    parts.forEach((_, index) => {
      const path = parts.slice(0, index + 1).join("/");
      const known = counts.get(path.toLowerCase());
      if (known) known.count += count;
      else counts.set(path.toLowerCase(), { path, count });
    });
  }
  return [...counts.values()]
    .sort((one, other) => order(one.path, other.path))
    .map(({ path, count }) => {
      const parts = path.split("/");
      return { path, count, name: parts.at(-1) ?? path, level: parts.length };
    });
}

/** Part by part, so that what is below a group follows it before the next group begins. */
function order(one: string, other: string): number {
  const [first, second] = [one.toLowerCase().split("/"), other.toLowerCase().split("/")];
  for (let index = 0; index < Math.min(first.length, second.length); index += 1) {
    const difference = (first[index] ?? "").localeCompare(second[index] ?? "");
    if (difference !== 0) return difference;
  }
  return first.length - second.length;
}
