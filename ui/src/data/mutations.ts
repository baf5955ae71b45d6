/** Every change. What it makes stale is said by the keeper's events, not here. */
import { mutationOptions, type QueryClient } from "@tanstack/react-query";
import type {
  Account,
  Client,
  ConnectToken,
  CreateVault,
  DisconnectReceipt,
  NewClient,
  Settings,
  SignIn,
  StartSignIn,
  SyncStatus,
  UnlockVault,
  VaultStatus,
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
  setSettings: () => change<Settings, Settings>((platform, settings) => platform.setSettings(settings)),
  clientAdd: () => change<NewClient, Client>((platform, client) => platform.clientAdd(client)),
  clientRemove: () => change<string, null>((platform, id) => platform.clientRemove(id)),
  signInStart: () => change<StartSignIn, SignIn>((platform, request) => platform.signInStart(request)),
  signInReturn: () => change<string, SignIn>((platform, link) => platform.signInReturn(link)),
  signInCancel: () => change<string, SignIn>((platform, id) => platform.signInCancel(id)),
  connectToken: () => change<ConnectToken, Account>((platform, request) => platform.connectToken(request)),
  accountDisconnect: () => change<string, DisconnectReceipt>((platform, id) => platform.accountDisconnect(id)),
  /** One account, or all of them by `null`. */
  syncStart: () => change<string | null, SyncStatus>((platform, account) => platform.syncStart(account)),
};
