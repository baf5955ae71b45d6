import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useSay } from "../../frame/Toasts";
import type { SavedView } from "../../ipc/bindings";

/** The view that a list began with, and what can be done about views. */
export function useViews(shown: string | undefined, onView: (id: string | undefined) => void) {
  const { data } = useQuery(queries.viewList());
  const { say, sayProblem } = useSay();
  const saveView = useMutation(mutations.viewSave());
  const removeView = useMutation(mutations.viewRemove());
  const [dialog, setDialog] = useState<"save" | "rename">();
  const current = data?.rows.find((view) => view.id === shown);

  function bringBack(view: SavedView) {
    const { name, query, sort, reverse, columns } = view;
    // By the same name and not in place of another: what took the name meanwhile is kept.
    saveView.mutate({ name, query, sort, reverse, columns, replace: false }, { onSuccess: (saved) => onView(saved.id), onError: sayProblem });
  }

  return {
    current,
    dialog,
    close: () => setDialog(undefined),
    save: () => setDialog("save"),
    rename: () => setDialog("rename"),
    remove: () => {
      if (!current) return;
      removeView.mutate(current.id, {
        onSuccess: (view) => {
          onView(undefined);
          say({ light: "ok", title: `The view ${view.name} was removed`, action: { label: "Undo", run: () => bringBack(view) } });
        },
        onError: sayProblem,
      });
    },
  };
}
