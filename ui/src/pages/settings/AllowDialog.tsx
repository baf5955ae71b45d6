import { useMutation } from "@tanstack/react-query";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { mutations } from "../../data/mutations";
import type { WholeSettings } from "../../data/queries";
import type { Settings, VaultSecurity } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { provingWays } from "../vault/proof";
import { useProof } from "../vault/useProof";
import { weakerSentences } from "./securityWords";

/** Asks who it is before a setting makes the vault less safe, and says what that means. */
export function AllowDialog({
  before,
  wanted,
  security,
  onClose,
}: {
  before: WholeSettings;
  wanted: Settings;
  security: VaultSecurity;
  onClose: () => void;
}) {
  const save = useMutation(mutations.setSettings());
  const proof = useProof(provingWays(security.slots.map((slot) => slot.kind)));
  function submit() {
    if (save.isPending) return;
    const given = proof.take();
    if (!given) return;
    save.mutate(
      { ...wanted, proof: given },
      {
        onSuccess: onClose,
        onError: (problem) => {
          if (isWrongProof(problem)) proof.refused();
        },
      },
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="This makes the vault less safe"
      initialFocus={proof.field}
      actions={
        <>
          <Button type="submit" variant="primary" busy={save.isPending ? "Checking…" : undefined}>
            Allow it
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </>
      }
    >
      {weakerSentences(before, { ...before, ...wanted }).map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
      <ProofFields proof={proof} problem={save.error} onType={() => save.isError && save.reset()} />
      <ProblemText problem={otherProblem(save.error)} />
    </Dialog>
  );
}
