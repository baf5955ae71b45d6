import { describe, expect, it } from "vitest";
import type { Tag } from "../ipc/bindings";
import { fakePlatform } from "../ipc/fake/keeper";
import { createQueryClient } from "./client";
import { follow } from "./events";
import { queries } from "./queries";

/** One example of every read; the compiler asks for a new one here when there is a new read. */
const EXAMPLES: { [Name in keyof typeof queries]: ReturnType<(typeof queries)[Name]> } = {
  keeperStatus: queries.keeperStatus(),
  vaultStatus: queries.vaultStatus(),
  vaultSecurity: queries.vaultSecurity(),
  backupList: queries.backupList(),
  settings: queries.settings(),
  providerList: queries.providerList(),
  clientRedirects: queries.clientRedirects("github", null),
  clientList: queries.clientList(),
  signInList: queries.signInList(),
  signInShow: queries.signInShow("one"),
  accountList: queries.accountList(),
  accountShow: queries.accountShow("own"),
  accountHistory: queries.accountHistory("own"),
  credentialKinds: queries.credentialKinds(),
  credentialList: queries.credentialList(),
  credentialShow: queries.credentialShow("one"),
  noticeList: queries.noticeList(),
  calendar: queries.calendar(),
  accountDisconnectAllShow: queries.accountDisconnectAllShow(),
  unendedList: queries.unendedList(),
  sourceKinds: queries.sourceKinds(),
  sourceList: queries.sourceList(),
  foundList: queries.foundList({}),
  foundShow: queries.foundShow({ kind: "id", id: 1 }),
  syncStatus: queries.syncStatus(),
  syncRuns: queries.syncRuns({}),
  repositoryPage: queries.repositoryPage({}, 0),
  repositoryFirst: queries.repositoryFirst({}, 6),
  repositoryCount: queries.repositoryCount({}),
  repositoryFacets: queries.repositoryFacets("owner", {}),
  repositoryContents: queries.repositoryContents(1),
  repositoryWhy: queries.repositoryWhy("octo/hello"),
  hostSearch: queries.hostSearch("tide"),
  repositoryRemoved: queries.repositoryRemoved({}),
  removalQuestions: queries.removalQuestions(),
  cloneList: queries.cloneList(),
  clonePlan: queries.clonePlan({ sources: { kind: "one", repository: { kind: "id", id: 1 } } }),
  viewList: queries.viewList(),
  repositoryShow: queries.repositoryShow({ kind: "id", id: 1 }),
};
const READS = Object.entries(EXAMPLES);

const TAGS: Record<Tag, true> = {
  vault: true, clients: true, accounts: true, credentials: true, sign_ins: true, repositories: true, contents: true, sources: true, activity: true, views: true, settings: true, notices: true, clones: true,
};

/** What is no read: changes, what waits for the end of one, and the shell's own. */
const NO_READS = new Set([
  "vaultCreate", "vaultUnlock", "vaultLock", "slotAdd", "slotRemove", "passphraseChange", "recoveryMake", "recoveryCheck",
  "keysRenew", "warningDismiss", "backupMake", "backupRestore", "vaultRescue", "accountsExport", "accountsImport",
  // Asked for once, with something to look at or for as long as it takes: nothing that could be kept fresh.
  "passphraseStrength", "backupCheck", "vaultVerify", "vaultDoctor", "copySecret", "windowUsed", "serverRecognise",
  "unendedForget", "noticeTold", "setSettings", "clientAdd", "clientRemove", "clientPrefer", "signInStart",
  "signInReturn", "signInPaste", "clientRegister", "accountRefresh", "accountCheck", "accountRename", "credentialAdd",
  "credentialCheck", "credentialRemove", "signInWait", "signInCancel", "connectToken", "accountDisconnect",
  "setSyncInterval",
  "sourceAdd", "sourceRefresh", "sourceRemove",
  "syncStart", "syncWait", "cloneStart", "materialize", "cloneCancel", "openClone", "openSignIn", "openRepository", "openProviderPage", "copyText", "windowStart",
  "windowTheme", "quitApp", "subscribe", "accountDisconnectAll", "openRevokePage",
  "repositoryImport", "repositoryRestore", "removalAnswer",
  "subscribePlaces", "fake", "viewSave", "viewRename", "viewRemove",
]);

describe("the tag table", () => {
  it.each(READS)("%s says what it is made of", (_, read) => {
    expect(read.meta?.provides.length).toBeGreaterThan(0);
    for (const tag of read.meta?.provides ?? []) expect(TAGS).toHaveProperty(tag);
  });

  it("has no two reads with one key", () => {
    const keys = READS.map(([, read]) => JSON.stringify(read.queryKey));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("has every tag in some read", () => {
    const provided = new Set(READS.flatMap(([, read]) => read.meta?.provides ?? []));
    expect(Object.keys(TAGS).filter((tag) => !provided.has(tag as Tag))).toEqual([]);
  });

  it("has a read for every command that reads", async () => {
    const platform = fakePlatform({ rows: 50 });
    const client = createQueryClient(platform);
    await Promise.all(READS.map(([, read]) => client.query({ ...read, staleTime: 0 } as never).catch(() => undefined)));
    const reading = Object.keys(platform).filter((name) => !NO_READS.has(name));
    expect(reading.filter((name) => !platform.fake.asked.includes(name))).toEqual([]);
  });
});

describe("events", () => {
  const shown = async () => {
    const platform = fakePlatform({ rows: 50 });
    const client = createQueryClient(platform);
    follow(client, platform);
    return { platform, client };
  };

  it.each(Object.keys(TAGS) as Tag[])("%s makes exactly the reads of it stale", async (tag) => {
    const { platform, client } = await shown();
    for (const [, read] of READS) client.setQueryData(read.queryKey, {} as never);
    for (const query of client.getQueryCache().getAll()) {
      // As a page would leave it there.
      query.setOptions({ ...query.options, meta: READS.find(([, read]) => read.queryKey[0] === query.queryKey[0])?.[1].meta } as never);
    }
    platform.fake.emit({ kind: "changed", tags: [tag] });
    for (const [name, read] of READS) {
      const state = client.getQueryState(read.queryKey);
      const stale = state === undefined || state.isInvalidated;
      expect(stale, name).toBe(read.meta?.provides.includes(tag));
    }
  });

  it("put a sync's progress into the status, and take it out at its end", async () => {
    const { platform, client } = await shown();
    await client.query(queries.syncStatus());
    const progress = { account: "own", login: "maralind", stage: "reading" as const, repositories: 100, expected: 400, pages: 1, expected_pages: 4, until: null };
    platform.fake.emit({ kind: "sync_progress", progress });
    platform.fake.emit({ kind: "sync_progress", progress: { ...progress, repositories: 200 } });
    expect(client.getQueryData(queries.syncStatus().queryKey)?.running).toEqual([{ ...progress, repositories: 200 }]);
    const [run] = (await platform.syncRuns({})).rows;
    platform.fake.emit({ kind: "sync_finished", run: { ...run!, account: "own" } });
    expect(client.getQueryData(queries.syncStatus().queryKey)?.running).toEqual([]);
  });

  it("put a sign-in where its page reads it", async () => {
    const { platform, client } = await shown();
    const started = await platform.signInStart({ provider: "github", host: null, api_url: null, client: null, way: null });
    platform.fake.emit({ kind: "sign_in", sign_in: { ...started, state: "checking" } });
    expect(client.getQueryData(queries.signInShow(started.id).queryKey)?.state).toBe("checking");
  });
});
