/** Every change. What it makes stale is said by the keeper's events, not here. */
import { mutationOptions, type QueryClient } from "@tanstack/react-query";
import type {
  Account,
  AddCredential,
  AddSlot,
  Backup,
  ChangePassphrase,
  CheckRecovery,
  Client,
  Connected,
  ConnectToken,
  CreateVault,
  Credential,
  DisconnectReceipt,
  ExportAccounts,
  Exported,
  ImportAccounts,
  Imported,
  MakeBackup,
  NewClient,
  Proven,
  Recognised,
  RecoveryCode,
  RegisterClient, RegisteredClient, RemovedClient, RemovedCredential,
  RemoveSlot,
  Rescued,
  RestoreBackup,
  Restored,
  Settings,
  SignIn,
  StartSignIn,
  SyncStatus,
  UnlockVault,
  VaultSecurity,
  VaultStatus,
  VerifyReport,
  WarningKind,
} from "../ipc/bindings";
import type { Platform, ProblemError } from "../ipc/platform";
import { platformOf } from "./client";

function change<Given, T>(ask: (platform: Platform, given: Given) => Promise<T>) {
  return mutationOptions<T, ProblemError, Given>({
    mutationFn: (given, { client }: { client: QueryClient }) => ask(platformOf(client), given),
  });
}

export const mutations = {
  vaultCreate: () => change<CreateVault, VaultStatus>((platform, request) => platform.vaultCreate(request)),
  vaultUnlock: () => change<UnlockVault, VaultStatus>((platform, request) => platform.vaultUnlock(request)),
  vaultLock: () =>
    mutationOptions<VaultStatus>({ mutationFn: (_, { client }) => platformOf(client).vaultLock() }),
  slotAdd: () => change<AddSlot, VaultSecurity>((platform, request) => platform.slotAdd(request)),
  slotRemove: () => change<RemoveSlot, VaultSecurity>((platform, request) => platform.slotRemove(request)),
  passphraseChange: () => change<ChangePassphrase, VaultSecurity>((platform, request) => platform.passphraseChange(request)),
  recoveryMake: () => change<Proven, RecoveryCode>((platform, request) => platform.recoveryMake(request)),
  recoveryCheck: () => change<CheckRecovery, VaultSecurity>((platform, request) => platform.recoveryCheck(request)),
  keysRenew: () => change<Proven, VaultSecurity>((platform, request) => platform.keysRenew(request)),
  warningDismiss: () => change<WarningKind, VaultSecurity>((platform, kind) => platform.warningDismiss(kind)),
  backupMake: () => change<MakeBackup, Backup>((platform, request) => platform.backupMake(request)),
  backupRestore: () => change<RestoreBackup, Restored>((platform, request) => platform.backupRestore(request)),
  vaultRescue: () => change<Proven, Rescued>((platform, request) => platform.vaultRescue(request)),
  accountsExport: () => change<ExportAccounts, Exported>((platform, request) => platform.accountsExport(request)),
  accountsImport: () => change<ImportAccounts, Imported>((platform, request) => platform.accountsImport(request)),
  /** Changes nothing, but takes time and is asked for: what it found belongs to whoever asked. */
  vaultVerify: () => mutationOptions<VerifyReport>({ mutationFn: (_, { client }) => platformOf(client).vaultVerify() }),
  setSettings: () => change<Settings, Settings>((platform, settings) => platform.setSettings(settings)),
  clientAdd: () => change<NewClient, Client>((platform, client) => platform.clientAdd(client)),
  clientPrefer: () => change<string, null>((platform, id) => platform.clientPrefer(id)),
  clientRegister: () => change<RegisterClient, RegisteredClient>((platform, request) => platform.clientRegister(request)),
  clientRemove: () => change<string, RemovedClient>((platform, id) => platform.clientRemove(id)),
  serverRecognise: () => change<string, Recognised>((platform, host) => platform.serverRecognise({ host })),
  signInStart: () => change<StartSignIn, SignIn>((platform, request) => platform.signInStart(request)),
  signInReturn: () => change<string, SignIn>((platform, link) => platform.signInReturn(link)),
  signInPaste: () => change<{ id: string; code: string }, SignIn>((platform, { id, code }) => platform.signInPaste(id, { code })),
  signInCancel: () => change<string, SignIn>((platform, id) => platform.signInCancel(id)),
  connectToken: () => change<ConnectToken, Connected>((platform, request) => platform.connectToken(request)),
  accountRefresh: () => change<string, Account>((platform, id) => platform.accountRefresh(id)),
  accountCheck: () => change<string, Account>((platform, id) => platform.accountCheck(id)),
  accountRename: () => change<{ id: string; name: string }, Account>((platform, { id, name }) => platform.accountRename(id, { name })),
  unendedForget: () => change<string, null>((platform, id) => platform.unendedForget(id)),
  accountDisconnect: () => change<string, DisconnectReceipt>((platform, id) => platform.accountDisconnect(id)),
  credentialAdd: () => change<AddCredential, Credential>((platform, request) => platform.credentialAdd(request)),
  credentialCheck: () => change<string, Credential>((platform, id) => platform.credentialCheck(id)),
  credentialRemove: () => change<string, RemovedCredential>((platform, id) => platform.credentialRemove(id)),
  /** One account, or all of them by `null`. */
  syncStart: () => change<string | null, SyncStatus>((platform, account) => platform.syncStart(account)),
};
