import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { ChoiceList } from "../../components/ChoiceList";
import { Dialog } from "../../components/Dialog";
import { Select } from "../../components/Select";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { SourceKind } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import styles from "./SourcesPage.module.css";

/** How many repositories a search offers. */
const OFFERED = 6;

/** Chooses a repository of the inventory and what to look for in it. */
export function AddSourceDialog({ kinds, onClose }: { kinds: readonly SourceKind[]; onClose: () => void }) {
  const add = useMutation(mutations.sourceAdd());
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [reference, setReference] = useState("");
  const [path, setPath] = useState("");
  const [kind, setKind] = useState("");
  const [asked, setAsked] = useState(false);
  const found = useQuery(queries.repositoryFirst({ text }, OFFERED)).data?.rows ?? [];
  const repository = found.find((each) => String(each.id) === chosen) ?? (text.trim() === "" ? undefined : found[0]);
  const missing = repository === undefined ? "Search for a repository of your list and choose it." : undefined;
  const orNone = (value: string) => (value.trim() === "" ? null : value.trim());

  function submit() {
    if (add.isPending) return;
    setAsked(true);
    if (repository === undefined) return;
    const request = {
      repository: { kind: "id" as const, id: repository.id },
      reference: orNone(reference),
      path: orNone(path),
      kind: orNone(kind),
    };
    add.mutate(request, { onSuccess: onClose });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Add a source"
      actions={
        <>
          <Button type="submit" variant="primary" busy={add.isPending ? "Looking…" : undefined}>
            Look there
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className={styles.form}>
        <TextField
          label="Repository"
          hint="Words of its name, owner or description."
          value={text}
          onChange={(next) => {
            setText(next);
            setChosen(undefined);
            if (add.isError) add.reset();
          }}
          error={asked ? missing : undefined}
        />
        {text.trim() !== "" && found.length > 0 && (
          <ChoiceList
            label="Repositories"
            look="rows"
            value={String(repository?.id ?? "")}
            onChange={setChosen}
            choices={found.map((each) => ({ value: String(each.id), title: each.full_name, note: each.description ?? "" }))}
            onEnter={submit}
          />
        )}
        {text.trim() !== "" && found.length === 0 && <p className={styles.note}>No repository of your list fits.</p>}
        <TextField label="Branch, tag or commit" hint="Left empty: the default branch." mono value={reference} onChange={setReference} maxLength={250} />
        <TextField label="Folder" hint="Left empty: all of it." mono value={path} onChange={setPath} maxLength={500} />
        <div className={styles.line}>
          <span>Look for</span>
          <Select
            label="Look for"
            value={kind}
            options={[{ value: "", label: "Everything" }, ...kinds.map((each) => ({ value: each.id, label: each.plural }))]}
            onChange={setKind}
          />
        </div>
        <ProblemText problem={add.error} />
      </div>
    </Dialog>
  );
}
