/** Lists kept under a name, as the keeper keeps them. */
import type { SavedView } from "../bindings";
import type { Platform, ProblemError } from "../platform";

type Tools = {
  now: () => Date;
  nextId: () => number;
  refuse: (code: "invalid_input" | "not_found", message: string, hint: string) => ProblemError;
  changed: (tag: "views") => void;
};

export function fakeViews({ now, nextId, refuse, changed }: Tools): Pick<Platform, "viewList" | "viewSave" | "viewRename" | "viewRemove"> {
  let views: SavedView[] = [];
  const called = (name: string) => views.find((view) => view.name.toLowerCase() === name.trim().toLowerCase());
  const taken = (name: string) =>
    refuse("invalid_input", `There is a view called ${name} already. Nothing was changed.`, "Choose another name, or say that it takes its place.");
  const keep = (view: SavedView) => {
    views = [...views.filter((each) => each.id !== view.id), view].sort((one, other) => one.name.localeCompare(other.name));
    changed("views");
    return view;
  };
  const one = (id: string) => {
    const view = views.find((each) => each.id === id);
    if (!view) throw refuse("not_found", "There is no view with that id here.", "The list shows what there is.");
    return view;
  };
  return {
    viewList: async () => ({ total: views.length, rows: views }),
    viewSave: async ({ name = "", query = "", sort = "best", reverse = false, columns = [], replace = false }) => {
      const before = called(name);
      if (before && !replace) throw taken(name.trim());
      return keep({ id: before?.id ?? `view-${nextId()}`, name: name.trim(), query, sort, reverse, columns, saved_at: now().toISOString() });
    },
    viewRename: async (id, { name }) => {
      const other = called(name);
      if (other && other.id !== id) throw taken(name.trim());
      return keep({ ...one(id), name: name.trim() });
    },
    viewRemove: async (id) => {
      const view = one(id);
      views = views.filter((each) => each !== view);
      changed("views");
      return view;
    },
  };
}
