import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { mutations } from "../../data/mutations";
import { useErrands } from "../../frame/ErrandContext";
import type { VaultStatus } from "../../ipc/bindings";
import { provingWays } from "./proof";
import { ProvePage } from "./ProvePage";
import { RecoveryCodePage } from "./RecoveryCodePage";

/** Seals everything again under new keys. The recovery code ends with the old ones, so a new one comes at once. */
export function RenewPage({ vault }: { vault: VaultStatus }) {
  const errands = useErrands();
  const renew = useMutation(mutations.keysRenew());
  const making = useMutation(mutations.recoveryMake());
  // The new keys are wrapped by what is typed here; a recovery code can't do that.
  const [ways] = useState(() => provingWays(vault.slots).slice(0, 1));
  if (renew.isSuccess) return <RecoveryCodePage vault={vault} making={making} onDone={errands.end} />;
  return (
    <ProvePage
      vault={vault}
      title="New vault keys"
      lead="Everything in the vault is sealed again under fresh keys. That can be interrupted at any moment: until it is done, the old keys count. The recovery code ends with them; a new one follows at once."
      ways={ways}
      problem={renew.error}
      button="Renew the keys"
      busy={renew.isPending ? "Sealing everything again…" : undefined}
      onForget={() => renew.isError && renew.reset()}
      onProof={(proof, refused) => {
        errands.setThrough(true);
        renew.mutate(
          { proof },
          { onSuccess: () => making.mutate({ proof }), onError: refused, onSettled: () => errands.setThrough(false) },
        );
      }}
      onBack={errands.end}
    />
  );
}
