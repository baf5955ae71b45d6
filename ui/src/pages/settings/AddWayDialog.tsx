import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { type Choice, ChoiceList } from "../../components/ChoiceList";
import { Dialog } from "../../components/Dialog";
import { mutations } from "../../data/mutations";
import type { CreateVault, VaultSecurity, VaultStatus } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { keychainTrouble } from "../vault/keychain";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { PassphraseTwiceFields } from "../vault/PassphraseTwiceFields";
import { provingWays } from "../vault/proof";
import { usePassphraseTwice } from "../vault/usePassphraseTwice";
import { useProof } from "../vault/useProof";

type Way = CreateVault["kind"];

/** Adds one more way to open the vault. */
export function AddWayDialog({ security, vault, onClose }: { security: VaultSecurity; vault: VaultStatus; onClose: () => void }) {
  const add = useMutation(mutations.slotAdd());
  const [kinds] = useState(() => security.slots.map((slot) => slot.kind));
  const trouble = keychainTrouble(vault);
  const here = "The vault opens that way already.";
  const choices: Choice<Way>[] = [
    {
      value: "keychain",
      title: "This computer’s keychain",
      note: "Opens by itself when you sign in to this computer.",
      disabledReason: kinds.includes("keychain") ? here : kinds.includes("both") ? "It would undo that both are needed. Add a passphrase alone first." : trouble,
    },
    {
      value: "passphrase",
      title: "A passphrase",
      note: kinds.includes("both") ? "Alone: the keychain is not needed any more." : "You type it after each start.",
      disabledReason: kinds.includes("passphrase") ? here : undefined,
    },
    {
      value: "both",
      title: "Passphrase and keychain, both needed",
      note: "Takes the place of either alone.",
      disabledReason: kinds.includes("both") ? here : trouble,
    },
  ];
  const [chosen, setChosen] = useState<Way>(choices.find((choice) => choice.disabledReason === undefined)?.value ?? "passphrase");
  const nothing = choices.every((choice) => choice.disabledReason !== undefined);
  const proof = useProof(provingWays(kinds));
  const twice = usePassphraseTwice();

  function submit() {
    if (add.isPending || nothing) return;
    const given = proof.take();
    if (!given) return;
    const passphrase = chosen === "keychain" ? "" : twice.take();
    if (passphrase === undefined) return;
    add.mutate(
      { way: chosen === "keychain" ? { kind: chosen } : { kind: chosen, passphrase }, proof: given },
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
      title="Add a way to open the vault"
      actions={
        <>
          <Button
            type="submit"
            variant="primary"
            keys={["↵"]}
            disabledReason={nothing ? "There is no other way here now." : undefined}
            busy={add.isPending ? "Adding…" : undefined}
          >
            Add it
          </Button>
          <Button onClick={onClose}>Leave it as it is</Button>
        </>
      }
    >
      <ChoiceList
        label="Way"
        look="rows"
        value={chosen}
        onChange={(way) => {
          setChosen(way);
          if (add.isError) add.reset();
        }}
        choices={choices}
        onEnter={submit}
      />
      <ProofFields proof={proof} problem={add.error} label="Passphrase of now" onType={() => add.isError && add.reset()} />
      {chosen !== "keychain" && !nothing && <PassphraseTwiceFields twice={twice} label="New passphrase" />}
      <ProblemText problem={otherProblem(add.error)} />
    </Dialog>
  );
}
