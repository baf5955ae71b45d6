import type { VaultStatus } from "../../ipc/bindings";
import { ClosedVault } from "./ClosedVault";

/** A newer Drawbridge wrote the vault. */
export function TooNewPage({ vault }: { vault: VaultStatus }) {
  const version = vault.needs_version ? `Drawbridge ${vault.needs_version} or newer` : "a newer Drawbridge";
  return (
    <ClosedVault
      vault={vault}
      title="A newer Drawbridge wrote this vault"
      lead={`This one does not know how to read it, so it was not opened. Nothing was changed. It opens with ${version}.`}
      way="Install that version and start it; this vault, its accounts and its list are there as they were."
      code="vault_too_new"
    />
  );
}
