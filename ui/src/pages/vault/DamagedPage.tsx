import type { VaultStatus } from "../../ipc/bindings";
import { ClosedVault } from "./ClosedVault";

/** The vault's files can't be read as a vault. */
export function DamagedPage({ vault }: { vault: VaultStatus }) {
  return (
    <ClosedVault
      vault={vault}
      title="The vault file is damaged"
      lead="It fails its check, so it was not opened. Drawbridge has changed and deleted nothing. This usually comes from a failing disk or a sync program copying half a file."
      way="If you have a copy of this folder from before, quit Drawbridge, put the copy in its place and start again."
      code="vault_damaged"
    />
  );
}
