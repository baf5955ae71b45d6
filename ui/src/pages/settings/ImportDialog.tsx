import { useMutation } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { problemOf, ProblemText } from "../ProblemText";
import { isWrongProof, otherProblem } from "../vault/ProofFields";

/** Reads accounts from a sealed file. */
export function ImportDialog({ onClose }: { onClose: () => void }) {
  const read = useMutation(mutations.accountsImport());
  const [path, setPath] = useState("");
  const [passphrase, setPassphrase] = useState("");
  const [asked, setAsked] = useState(false);
  const pathField = useRef<HTMLInputElement>(null);
  const secret = useRef<HTMLInputElement>(null);
  const forget = () => {
    if (read.isError) read.reset();
  };

  function submit() {
    if (read.isPending || read.isSuccess) return;
    setAsked(true);
    if (path.trim() === "") pathField.current?.focus();
    else if (passphrase === "") secret.current?.focus();
    else {
      read.mutate(
        { path: path.trim(), passphrase },
        {
          onError: (problem) => {
            if (!isWrongProof(problem)) return;
            secret.current?.focus();
            secret.current?.select();
          },
        },
      );
    }
  }

  if (read.data) {
    return (
      <Dialog
        open
        onClose={onClose}
        title="The accounts are here"
        actions={
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <p>{read.data.sentence}</p>
      </Dialog>
    );
  }
  const wrong = isWrongProof(read.error) ? problemOf(read.error)?.message : undefined;
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Bring accounts in"
      actions={
        <>
          <Button type="submit" variant="primary" keys={["↵"]} busy={read.isPending ? "Reading the file…" : undefined}>
            Bring them in
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </>
      }
    >
      <p>Accounts that are new here are added. Where both sides have one, the newer access stays.</p>
      <TextField
        ref={pathField}
        label="File"
        hint="Its whole path, as it was written."
        mono
        value={path}
        onChange={(text) => {
          setPath(text);
          forget();
        }}
        error={asked && path.trim() === "" ? "Type the path of the file." : undefined}
      />
      <SecretField
        ref={secret}
        label="Passphrase of the file"
        autoComplete="off"
        value={passphrase}
        onChange={(text) => {
          setPassphrase(text);
          forget();
        }}
        error={asked && passphrase === "" ? "Type the passphrase of the file." : wrong}
      />
      <ProblemText problem={otherProblem(read.error)} />
    </Dialog>
  );
}
