import type { VaultStatus } from "../../ipc/bindings";

/** What is said about the keychain as a place for the key, and whether it can be one now. */
export function keychainChoice(vault: Pick<VaultStatus, "keychain" | "keychain_name">): {
  note?: string;
  disabledReason?: string;
} {
  switch (vault.keychain) {
    case "ready":
      return { note: `Opens by itself when you sign in to this computer. ${vault.keychain_name} is here and answers.` };
    case "locked":
      return { disabledReason: `${vault.keychain_name} is here, but locked itself. Unlock it first, or use a passphrase.` };
    case "absent":
      return {
        disabledReason: "No keychain answers here, so the vault opens with your passphrase. Nothing is stored unsealed.",
      };
  }
}
