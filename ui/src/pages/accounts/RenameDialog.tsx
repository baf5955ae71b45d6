import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import type { Account } from "../../ipc/bindings";
import { problemOf } from "../ProblemText";

/** Gives an account a name of the person's own, or takes it away. */
export function RenameDialog({ account, onClose }: { account: Account; onClose: () => void }) {
  const rename = useMutation(mutations.accountRename());
  const [name, setName] = useState(account.label ?? "");
  const field = useRef<HTMLInputElement>(null);
  const problem = problemOf(rename.error);

  function submit() {
    if (!rename.isPending) rename.mutate({ id: account.id, name: name.trim() }, { onSuccess: onClose });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title={`What is ${account.login} called here?`}
      initialFocus={field}
      actions={
        <>
          <Button type="submit" variant="primary" keys={["↵"]} busy={rename.isPending ? "Renaming…" : undefined}>
            {account.label !== null && name.trim() === "" ? "Take the name away" : "Rename"}
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </>
      }
    >
      <TextField
        ref={field}
        label="Name"
        hint={`Only Drawbridge uses it; nothing is sent to ${account.host_label}. Empty, it is called ${account.login} again.`}
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
