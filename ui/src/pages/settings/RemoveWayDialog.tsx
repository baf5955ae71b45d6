import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { mutations } from "../../data/mutations";
import type { Slot, VaultSecurity } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { provingWays, waysInWords } from "../vault/proof";
import { useProof } from "../vault/useProof";
import { wayTitle } from "./securityWords";

/** Asks before a way to open the vault is taken away, and names what still opens it. */
export function RemoveWayDialog({ slot, security, onClose }: { slot: Slot; security: VaultSecurity; onClose: () => void }) {
  const remove = useMutation(mutations.slotRemove());
  const [left] = useState(() => security.slots.filter((each) => each.id !== slot.id).map((each) => each.kind));
  const proof = useProof(provingWays(security.slots.map((each) => each.kind)));
  const name = wayTitle(slot.kind);

  function submit() {
    if (remove.isPending) return;
    const given = proof.take();
    if (!given) return;
    remove.mutate(
      { id: slot.id, proof: given },
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
      title={`Remove “${name}”?`}
      actions={
        <>
          <Button type="submit" variant="danger" busy={remove.isPending ? "Removing…" : undefined}>
            Remove it
          </Button>
          <Button onClick={onClose}>Keep it</Button>
        </>
      }
    >
      <p>{`The vault then opens with ${waysInWords(left)}, and with nothing else. Backups made before open as they did.`}</p>
      <ProofFields proof={proof} problem={remove.error} onType={() => remove.isError && remove.reset()} />
      <ProblemText problem={otherProblem(remove.error)} />
    </Dialog>
  );
}
