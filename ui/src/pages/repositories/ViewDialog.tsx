import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Account, SavedView } from "../../ipc/bindings";
import { problemOf } from "../ProblemText";
import type { ListState } from "./useListState";
import { toSave } from "./views";

/** Keeps the list as it stands under a name. A name that is there already is asked about by what the button says. */
export function SaveViewDialog({
  state,
  accounts,
  first,
  onSaved,
  onClose,
}: {
  state: ListState;
  accounts: readonly Account[];
  first: string;
  onSaved: (view: SavedView) => void;
  onClose: () => void;
}) {
  const save = useMutation(mutations.viewSave());
  const views = useQuery(queries.viewList()).data?.rows ?? [];
  const [name, setName] = useState(first);
  const field = useRef<HTMLInputElement>(null);
  const problem = problemOf(save.error);
  const taken = views.some((view) => view.name.toLowerCase() === name.trim().toLowerCase());

  function submit() {
    if (save.isPending) return;
    save.mutate(toSave(name.trim(), state, accounts, taken), {
      onSuccess: (view) => {
        onSaved(view);
        onClose();
      },
    });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Keep this list as a view"
      initialFocus={field}
      actions={
        <>
          <Button type="submit" variant="primary" keys={["↵"]} busy={save.isPending ? "Saving…" : undefined}>
            {taken ? "Save in its place" : "Save"}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <TextField
        ref={field}
        label="Name"
        hint={taken ? "There is a view of that name; this takes its place." : "Words, filters, order and columns are kept, not the rows."}
        value={name}
        onChange={(text) => {
          setName(text);
          if (save.isError) save.reset();
        }}
        error={problem && [problem.message, problem.hint].filter(Boolean).join(" ")}
      />
    </Dialog>
  );
}

/** Calls a view something else. */
export function RenameViewDialog({ view, onClose }: { view: SavedView; onClose: () => void }) {
  const rename = useMutation(mutations.viewRename());
  const [name, setName] = useState(view.name);
  const field = useRef<HTMLInputElement>(null);
  const problem = problemOf(rename.error);
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={() => {
        if (!rename.isPending) rename.mutate({ id: view.id, name: name.trim() }, { onSuccess: onClose });
      }}
      title={`What is ${view.name} to be called?`}
      initialFocus={field}
      actions={
        <>
          <Button type="submit" variant="primary" keys={["↵"]} busy={rename.isPending ? "Renaming…" : undefined}>
            Rename
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </>
      }
    >
      <TextField
        ref={field}
        label="Name"
        value={name}
        onChange={(text) => {
          setName(text);
          if (rename.isError) rename.reset();
        }}
        error={problem && [problem.message, problem.hint].filter(Boolean).join(" ")}
      />
    </Dialog>
  );
}
