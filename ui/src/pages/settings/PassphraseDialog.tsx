import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { mutations } from "../../data/mutations";
import type { VaultSecurity } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { PassphraseTwiceFields } from "../vault/PassphraseTwiceFields";
import { provingWays } from "../vault/proof";
import { usePassphraseTwice } from "../vault/usePassphraseTwice";
import { useProof } from "../vault/useProof";

/** Puts another passphrase in place of the one there is, or adds the first one. */
export function PassphraseDialog({ security, onClose }: { security: VaultSecurity; onClose: () => void }) {
  const change = useMutation(mutations.passphraseChange());
  const [kinds] = useState(() => security.slots.map((slot) => slot.kind));
  const proof = useProof(provingWays(kinds));
  const twice = usePassphraseTwice();
  const first = !kinds.some((kind) => kind === "passphrase" || kind === "both");

  function submit() {
    if (change.isPending) return;
    const given = proof.take();
    if (!given) return;
    const passphrase = twice.take();
    if (passphrase === undefined) return;
    change.mutate(
      { passphrase, proof: given },
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
      title={first ? "Add a passphrase" : "Change the passphrase"}
      actions={
        <>
          <Button type="submit" variant="primary" keys={["↵"]} busy={change.isPending ? "Changing…" : undefined}>
            {first ? "Add it" : "Change it"}
          </Button>
          <Button onClick={onClose}>{first ? "Leave it as it is" : "Keep the old one"}</Button>
        </>
      }
    >
      {!first && <p>Backups made before open with the passphrase of then.</p>}
      <ProofFields proof={proof} problem={change.error} label="Passphrase of now" onType={() => change.isError && change.reset()} />
      <PassphraseTwiceFields twice={twice} label="New passphrase" />
      <ProblemText problem={otherProblem(change.error)} />
    </Dialog>
  );
}
