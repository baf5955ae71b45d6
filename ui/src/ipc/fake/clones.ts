/** Copies of repositories in memory: a plan, then one after the other, stopped when asked. */
import type { CloneRun, CloneSources, Code, Event, FoundDetail, FoundRef, Repository, StartClone, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";

type Commands = Pick<Platform, "clonePlan" | "cloneStart" | "materialize" | "cloneList" | "cloneCancel" | "openClone">;

/** A repository of this name can't be reached by git. */
export const UNREACHABLE = "saltmarsh";

export function fakeClones(world: {
  found: (sources: CloneSources) => Repository[];
  step: () => Promise<void>;
  /** Whether the vault is open. */
  goesOn: () => boolean;
  nextId: () => number;
  opened: (folder: string) => void;
  item: (reference: FoundRef) => Promise<FoundDetail>;
  emit: (event: Event) => void;
  changed: (...tags: Tag[]) => void;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
}): Commands {
  let runs: CloneRun[] = [];
  const present = new Set<number>();
  const stopped = new Set<string>();
  const taken = new Set<string>();

  function folderOf({ sources, folder }: StartClone, found: readonly Repository[]): string {
    if (folder != null && !folder.startsWith("/")) {
      throw world.refuse("invalid_input", "That is not the whole path of a folder.", "Give it from the top, as in /home/me/Projects.");
    }
    const root = folder ?? "/home/mara/Projects";
    return sources.kind === "one" && folder == null ? `${root}/pontoon.example/${found[0]?.full_name ?? ""}` : root;
  }

  function move(id: string, part: Partial<CloneRun>): CloneRun {
    runs = runs.map((run) => (run.id === id ? { ...run, ...part } : run));
    const now = at(id);
    world.emit({ kind: "clone", run: now });
    return now;
  }

  function at(id: string): CloneRun {
    const run = runs.find((each) => each.id === id);
    if (!run) throw world.refuse("not_found", "There is no clone with that id here.");
    return run;
  }

  async function make(id: string, missing: readonly Pick<Repository, "id" | "full_name" | "name">[]): Promise<void> {
    for (const { id: number, full_name, name } of missing) {
      move(id, { steps: [{ full_name, stage: "receiving", done: 40, of: 120, received_kib: 900 }] });
      await world.step();
      if (!world.goesOn() || stopped.has(id)) break;
      const { cloned, failed, failures } = at(id);
      if (name === UNREACHABLE) {
        const problem = { code: "unreachable" as const, message: "pontoon.example could not be reached.", hint: "Check the network." };
        move(id, { failed: failed + 1, failures: [...failures, { full_name, problem }] });
      } else {
        present.add(number);
        move(id, { cloned: cloned + 1 });
      }
    }
    const { cloned, failed, present: before, total, title } = at(id);
    const all = cloned + failed + before >= total;
    const sentence = total === 1 && cloned === 1 ? `${title} was cloned.` : `${cloned} of ${total} repositories were cloned.`;
    move(id, { state: all ? "done" : "cancelled", steps: [], sentence: all ? sentence : `Stopped. ${sentence}` });
    world.changed("clones");
  }

  function begin(request: Pick<CloneRun, "title" | "folder" | "total" | "present">): CloneRun {
    const run: CloneRun = { ...request, id: `clone-${world.nextId()}`, state: "running", cloned: 0, failed: 0, steps: [], failures: [], notes: [], sentence: "" };
    runs = [run, ...runs];
    world.changed("clones");
    return run;
  }

  return {
    clonePlan: async (request) => {
      const found = world.found(request.sources);
      const there = found.filter(({ id }) => present.has(id)).length;
      return {
        folder: folderOf(request, found),
        total: found.length,
        to_clone: found.length - there,
        present: there,
        size_kib: 2048 * (found.length - there),
        colliding: 0,
        impossible: 0,
        not_cloneable: [],
      };
    },
    cloneStart: async (request) => {
      const found = world.found(request.sources);
      const missing = found.filter(({ id }) => !present.has(id));
      const run = begin({
        title: found.length === 1 ? (found[0]?.full_name ?? "") : `${found.length} repositories`,
        folder: folderOf(request, found),
        total: found.length,
        present: found.length - missing.length,
      });
      void make(run.id, missing);
      return run;
    },
    materialize: async ({ files, folder }) => {
      if (files.kind !== "found") throw world.refuse("not_offered", "Only what was found is copied here.");
      const { item, folder: usual } = await world.item(files.item);
      if (taken.has(folder ?? "")) throw world.refuse("invalid_input", "There is something else in its folder already. Nothing in it was touched.", "Choose a folder that is empty or not there yet.");
      taken.add(folder ?? "");
      const title = `${item.full_name}/${item.path}`;
      const run = begin({ title, folder: folder ?? usual ?? "", total: 1, present: 0 });
      void make(run.id, [{ id: -item.id, full_name: title, name: item.name }]);
      return run;
    },
    cloneList: async () => runs,
    cloneCancel: async (id) => {
      stopped.add(id);
      while (at(id).state === "running") await world.step();
      return at(id);
    },
    openClone: async (id) => {
      world.opened(at(id).folder);
      return null;
    },
  };
}
