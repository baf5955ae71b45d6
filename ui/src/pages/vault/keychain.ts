import type { VaultStatus } from "../../ipc/bindings";

type Asked = Pick<VaultStatus, "keychain" | "keychain_name">;

/** What is said about the keychain as a place for the key, and whether it can be one now. */
export function keychainChoice(vault: Asked): { note?: string; disabledReason?: string } {
  const name = vault.keychain_name;
  switch (vault.keychain) {
    case "ready":
      return { note: `Opens by itself when you sign in to this computer. ${name} is here and answers.` };
    case "locked":
      return { disabledReason: `${name} is here, but locked itself. Unlock it first, or use a passphrase.` };
    case "denied":
      return { disabledReason: `${name} was asked, and somebody said no. Start Drawbridge again and allow it, or use a passphrase.` };
    case "silent":
      return { disabledReason: `${name} is here, but did not answer within five seconds. See whether it asks you something, or use a passphrase.` };
    case "absent":
      return {
        disabledReason: "No keychain answers here, so the vault opens with your passphrase. Nothing is stored unsealed.",
      };
  }
}

/** Why the keychain can't open a locked vault now, and what to do; nothing while it answers. */
export function keychainTrouble(vault: Asked): string | undefined {
  const name = vault.keychain_name;
  switch (vault.keychain) {
    case "ready":
      return undefined;
    case "locked":
      return `${name} is locked itself. Unlock it, then try it again.`;
    case "denied":
      return `${name} was asked, and somebody said no. Try it again and allow it.`;
    case "silent":
      return `${name} did not answer within five seconds. See whether it asks you something, then try it again.`;
    case "absent":
      return "No keychain answers here. Start it, then try it again.";
  }
}

/** What the keychain does as one of the ways to open the vault. */
export function keychainAsWay(vault: Asked): string {
  switch (vault.keychain) {
    case "ready":
      return "Opens the vault when you sign in to this computer.";
    case "locked":
      return "It is locked now, so it can’t open the vault until you unlock it.";
    case "denied":
      return "It was asked and somebody said no, so it can’t open the vault until that is allowed.";
    case "silent":
      return "It did not answer within five seconds, so it can’t open the vault now.";
    case "absent":
      return "It does not answer now, so it can’t open the vault.";
  }
}
