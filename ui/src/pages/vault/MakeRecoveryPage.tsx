import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { mutations } from "../../data/mutations";
import { useErrands } from "../../frame/ErrandContext";
import type { VaultStatus } from "../../ipc/bindings";
import { provingWays } from "./proof";
import { ProvePage } from "./ProvePage";
import { RecoveryCodePage } from "./RecoveryCodePage";

/** Makes a new recovery code for a vault that is in use. */
export function MakeRecoveryPage({ vault }: { vault: VaultStatus }) {
  const errands = useErrands();
  const making = useMutation(mutations.recoveryMake());
  const [ways] = useState(() => provingWays(vault.slots));
  if (making.data) return <RecoveryCodePage vault={vault} making={making} onDone={errands.end} />;
  return (
    <ProvePage
      vault={vault}
      title="A new recovery code"
      lead={
        vault.slots.includes("recovery")
          ? "It is shown once. The code you have now ends when you have shown that the new one is put away, and not before."
          : "It opens the vault when a passphrase is forgotten or a keychain is gone. It is shown once, to print or write down."
      }
      ways={ways}
      problem={making.error}
      button="Make the code"
      busy={making.isPending ? "Making the code…" : undefined}
      onForget={() => making.isError && making.reset()}
      onProof={(proof, refused) => making.mutate({ proof }, { onError: refused })}
      onBack={errands.end}
    />
  );
}
