/** Every read: its key, who answers it, and which tags its answer is made of. */
import { keepPreviousData, type QueryClient, queryOptions } from "@tanstack/react-query";
import type { Facet, FoundQuery, FoundRef, RemovedQuery, RepositoryQuery, RepositoryRef, RunQuery, Settings, StartClone, Tag } from "../ipc/bindings";
import type { Platform } from "../ipc/platform";
import { platformOf } from "./client";

/** How many rows of the repository list are read at a time: about two windows full, for each key press reads them. */
export const PAGE = 50;

function read<T>(
  provides: readonly Tag[],
  key: readonly unknown[],
  ask: (platform: Platform) => Promise<T>,
  held = false,
) {
  return queryOptions<T>({
    queryKey: key,
    queryFn: ({ client }: { client: QueryClient }) => ask(platformOf(client)),
    meta: { provides, held },
  });
}

/** Only who sets may leave some out; the keeper answers with all of them. */
export type WholeSettings = Required<Settings>;

export const queries = {
  keeperStatus: () => read(["vault"], ["keeperStatus"], (platform) => platform.keeperStatus()),
  vaultStatus: () => read(["vault"], ["vaultStatus"], (platform) => platform.vaultStatus()),
  vaultSecurity: () => read(["vault", "settings"], ["vaultSecurity"], (platform) => platform.vaultSecurity()),
  backupList: () => read(["vault", "settings"], ["backupList"], (platform) => platform.backupList()),
  settings: () => read(["settings"], ["settings"], (platform) => platform.settings() as Promise<WholeSettings>),
  providerList: () => read(["clients", "accounts"], ["providerList"], (platform) => platform.providerList()),
  clientRedirects: (provider: string, host: string | null) =>
    read(["clients"], ["clientRedirects", provider, host], (platform) => platform.clientRedirects({ provider, host })),
  clientList: () => read(["clients"], ["clientList"], (platform) => platform.clientList()),
  signInList: () => read(["sign_ins"], ["signInList"], (platform) => platform.signInList()),
  signInShow: (id: string) => read(["sign_ins"], ["signInShow", id], (platform) => platform.signInShow(id)),
  accountList: () => read(["accounts"], ["accountList"], (platform) => platform.accountList()),
  accountShow: (id: string) => read(["accounts"], ["accountShow", id], (platform) => platform.accountShow(id)),
  accountHistory: (id: string) => read(["accounts"], ["accountHistory", id], (platform) => platform.accountHistory(id)),
  accountDisconnectAllShow: () => read(["accounts"], ["accountDisconnectAllShow"], (platform) => platform.accountDisconnectAllShow()),
  unendedList: () => read(["accounts"], ["unended"], (platform) => platform.unendedList()),
  credentialKinds: () => read(["credentials"], ["credentialKinds"], (platform) => platform.credentialKinds()),
  credentialList: () => read(["credentials"], ["credentialList"], (platform) => platform.credentialList()),
  credentialShow: (id: string) => read(["credentials"], ["credentialShow", id], (platform) => platform.credentialShow(id)),
  noticeList: () => read(["notices"], ["noticeList"], (platform) => platform.noticeList()),
  calendar: () => read(["accounts", "credentials", "clients"], ["calendar"], (platform) => platform.calendar()),
  sourceKinds: () => read(["sources"], ["sourceKinds"], (platform) => platform.sourceKinds()),
  sourceList: () => read(["sources", "repositories", "accounts"], ["sourceList"], (platform) => platform.sourceList()),
  foundList: (query: FoundQuery) =>
    read(["sources", "repositories"], ["foundList", query], (platform) => platform.foundList(query)),
  /** With the folder that its files would go to. Folders change without a word, so it is asked for anew each time. */
  foundShow: (reference: FoundRef) => ({
    ...read(["sources", "repositories", "settings"], ["foundShow", reference], (platform) => platform.foundShow(reference)),
    staleTime: 0,
  }),
  syncStatus: () => read(["activity", "accounts"], ["syncStatus"], (platform) => platform.syncStatus()),
  syncRuns: (query: RunQuery) => ({
    ...read(["activity"], ["syncRuns", query], (platform) => platform.syncRuns(query)),
    placeholderData: keepPreviousData,
  }),
  /** One stretch of the list. It does not change under the hand: see `list.ts`. */
  repositoryPage: (query: RepositoryQuery, page: number) =>
    read(
      ["repositories"],
      ["repositoryPage", query, page],
      (platform) => platform.repositoryList({ ...query, limit: PAGE, offset: page * PAGE }),
      true,
    ),
  /** The first few, for the palette. */
  repositoryFirst: (query: RepositoryQuery, limit: number) =>
    read(["repositories"], ["repositoryFirst", query, limit], (platform) =>
      platform.repositoryList({ ...query, limit, offset: 0 }),
    ),
  /** How many there are, without rows. */
  repositoryCount: (query: RepositoryQuery) =>
    read(["repositories"], ["repositoryCount", query], async (platform) => {
      const { total } = await platform.repositoryList({ ...query, limit: 1, offset: 0 });
      return total;
    }),
  repositoryFacets: (facet: Facet, query: RepositoryQuery) =>
    read(["repositories", "accounts"], ["repositoryFacets", facet, query], (platform) =>
      platform.repositoryFacets(facet, query),
    ),
  /** Copies that are made, and those that ended lately; newest first. */
  cloneList: () => read(["clones"], ["cloneList"], (platform) => platform.cloneList()),
  /** What would be copied. Folders change without a word, so it is asked for anew each time. */
  clonePlan: (request: StartClone) => ({
    ...read(["clones", "repositories", "settings"], ["clonePlan", request], (platform) => platform.clonePlan(request)),
    placeholderData: keepPreviousData,
    staleTime: 0,
    retry: false,
  }),
  viewList: () => read(["views"], ["viewList"], (platform) => platform.viewList()),
  repositoryShow: (reference: RepositoryRef) =>
    read(["repositories", "accounts"], ["repositoryShow", reference], (platform) => platform.repositoryShow(reference)),
  /** A README, branches and tags as they were read last; to have them read is a change. */
  repositoryContents: (id: number) =>
    read(["contents", "repositories"], ["repositoryContents", id], (platform) => platform.repositoryContents({ kind: "id", id }, false)),
  /** Asks hosts: only when a person does, and not again by itself. */
  repositoryWhy: (name: string) => ({
    ...read(["repositories", "accounts"], ["repositoryWhy", name], (platform) => platform.repositoryWhy({ name, filters: null }), true),
    staleTime: Infinity,
  }),
  /** Sends words to hosts: asked for by `askHosts` alone, and only watched where it is shown. */
  hostSearch: (text: string) => ({
    ...read(["repositories", "accounts"], ["hostSearch", text], (platform) => platform.hostSearch({ text, account: null, limit: 0 }), true),
    staleTime: Infinity,
  }),
  repositoryRemoved: (query: RemovedQuery) =>
    read(["repositories"], ["repositoryRemoved", query], (platform) => platform.repositoryRemoved(query)),
  removalQuestions: () => read(["repositories", "accounts"], ["removalQuestions"], (platform) => platform.removalQuestions()),
};
