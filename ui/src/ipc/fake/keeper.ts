/**
 * A keeper in memory: everything the pages can ask, with events, for tests and for a plain browser.
 * It behaves like the real one where a page could tell the difference, without network, files or keys.
 */
import type {
  Account,
  AccountEvent,
  Code,
  Event,
  Place,
  Provider,
  Repository,
  SignIn,
  SyncProgress,
  SyncRun,
  NextSync,
  SyncStatus,
  Tag,
  VaultState,
  Unended,
} from "../bindings";
import { Listeners, type Platform, ProblemError } from "../platform";
import { fakeClients } from "./clients";
import { fakeClones } from "./clones";
import { fakeContents } from "./contents";
import { drawnHistory, endings, leftOver, moreAccounts, replacedToken } from "./connections";
import { fakeViews } from "./views";
import { fakeCredentials } from "./credentials";
import { facetValues, find } from "./inventory";
import { fakeLeaving } from "./leaving";
import { fakeNotices } from "./notices";
import { DEFAULTS, type FakeOptions, type FakePlatform } from "./options";
import { providers, recognised, redirects, wayOf } from "./providers";
import { LISTENS_TOO, QR_ROWS } from "./signIns";
import { SETTINGS, weakens } from "./settings";
import { fakeSources } from "./sources";
import { fakeVault } from "./vault";
import { missing } from "./missing";
import { account, ago, client, drawnAccounts, drawnRuns, endedRun, HOST, newAccount, PROVIDER, repositories, type Row } from "./world";

export function fakePlatform(given: FakeOptions = {}): FakePlatform {
  const options: Required<FakeOptions> = { ...DEFAULTS, ...given };
  const now = options.now;
  const keeperEvents = new Listeners<Event>();
  const places = new Listeners<Place>();
  const asked: string[] = [];
  const copied: string[] = [];
  const secrets: string[] = [];
  const opened: string[] = [];
  const failures = new Map<string, ProblemError>();

  let state = options.vault;
  let settings = SETTINGS;
  const connected = options.accounts !== "none";
  let unended: Unended[] = options.accounts === "more" ? [leftOver(now())] : [];
  const more = options.accounts === "more" ? moreAccounts(now(), (part) => account(now(), part)) : [];
  let accounts: Account[] = connected ? [...drawnAccounts(now()), ...more] : [];
  let rows: Row[] = connected ? repositories(now(), options.rows) : [];
  let signIns: SignIn[] = [];
  let running: SyncProgress[] = [];
  let runs: SyncRun[] = connected ? drawnRuns(now(), accounts) : [];
  let nextId = 1_000_000;
  const paces = new Map<string, number>();
  const history = new Map<string, AccountEvent[]>(accounts.map((each) => [each.id, drawnHistory(each, now())]));
  /** What was asked for a sign-in beside what it shows: whose person is to come back, and what was added. */
  const wanted = new Map<string, { account: string | null; scopes: readonly string[] }>();
  count();

  const emit = (event: Event) => keeperEvents.tell(event);
  const changed = (...tags: Tag[]) => emit({ kind: "changed", tags });
  const notices = fakeNotices(changed);
  let held: Promise<void> | null = null;
  const wait = async (milliseconds: number) => {
    await new Promise<void>((done) => setTimeout(done, milliseconds));
    await held;
  };
  const refuse = (code: Code, message: string, hint = "") => new ProblemError({ code, message, hint });

  function count() {
    const of = new Map<string, number>();
    for (const { row } of rows) for (const id of row.accounts) of.set(id, (of.get(id) ?? 0) + 1);
    accounts = accounts.map((each) => ({ ...each, repositories: of.get(each.id) ?? 0 }));
  }

  function become(next: VaultState): void {
    state = next;
    if (next !== "open") running = [];
    emit({ kind: "vault", state: next });
    changed("vault");
  }

  const world = () => ({ rows, accounts, now: now() });
  const clients = fakeClients(options.clientReady ? [client(now())] : [], { now, nextId: () => nextId++, refuse, changed, target });
  const sources = fakeSources({ now, nextId: () => nextId++, refuse, changed, repositories: () => rows.map(({ row }) => row), wait: () => wait(options.pace) });
  const credentials = fakeCredentials({ now, nextId: () => nextId++, refuse, changed });

  const { commands: vaultCommands, status, lock, prove, hasPassphrase } = fakeVault(options, {
    wait,
    refuse,
    changed,
    become,
    state: () => state,
    settings: () => settings,
    count: () => ({ accounts: accounts.length, repositories: rows.length }),
    refill: () => {
      if (accounts.length > 0) return;
      accounts = drawnAccounts(now());
      rows = repositories(now(), options.rows);
      count();
    },
    bring: () => {
      const before = accounts.length;
      connect(at(PROVIDER), HOST, "oauth");
      return accounts.length > before;
    },
  });

  const leaving = fakeLeaving({
    accounts: () => accounts,
    remove: (id) => {
      accounts = accounts.filter((each) => each.id !== id);
      rows = rows.filter(({ row }) => row.accounts.some((one) => one !== id));
    },
    known,
    prove,
    step: () => wait(options.pace),
    refuse,
    changed,
  });

  const clones = fakeClones({
    found: (sources) => {
      const all = rows.map(({ row }) => row);
      if (sources.kind === "all") return find(world(), sources.query).found.map(({ row }) => row);
      if (sources.kind === "selected") return all.filter(({ id }) => sources.ids.includes(id));
      const { repository } = sources;
      return all.filter((row) => (repository.kind === "id" ? row.id === repository.id : row.full_name === repository.full_name));
    },
    step: () => wait(options.pace),
    goesOn: () => state === "open",
    nextId: () => nextId++,
    opened: (folder) => opened.push(folder),
    item: sources.foundShow,
    emit,
    changed,
    refuse,
  });

  function syncStatus(): SyncStatus {
    const fine = accounts.filter((each) => each.health === "working" || each.health === "soon");
    return {
      accounts: accounts.length,
      up_to_date: options.offline ? 0 : fine.filter((each) => each.synced_at !== null).length,
      as_of: fine.map((each) => each.synced_at).find((at) => at !== null) ?? null,
      offline_since: options.offline ? ago(now(), 63 * 60_000) : null,
      running,
      next: accounts.filter((each) => each.lists).map(nextSync),
    };
  }

  function nextSync(account: Account): NextSync {
    const every = paces.get(account.id) ?? null;
    const minutes = every ?? settings.sync_every_minutes;
    const because =
      running.some((each) => each.account === account.id) ? "running"
      : account.health === "needs_you" ? "needs_you"
      : options.offline ? "offline"
      : minutes === 0 ? "by_hand"
      : "interval";
    return {
      account: account.id,
      login: account.login,
      host_label: account.host_label,
      at: because === "interval" ? ago(now(), -minutes * 60_000) : null,
      because,
      every_minutes: every,
      host_waits_until: null,
      at_once: 10,
      at_once_most: 10,
    };
  }

  function at(id: string): Provider {
    const found = providers(clients.all(), accounts).find((each) => each.id === id);
    if (!found) throw refuse("invalid_input", `Drawbridge knows no provider called ${id}.`);
    return found;
  }

  /** Where a request goes, with what the person left out filled in. */
  function target({ provider, host }: { provider: string; host: string | null }): { provider: Provider; host: string } {
    const found = at(provider);
    const where = host ?? found.host;
    if (where === null) throw refuse("invalid_input", `${found.name} has no public installation.`, "Give the address of the server as the host.");
    return { provider: found, host: where };
  }

  function happened(id: string, kind: string, sentence: string): void {
    history.set(id, [{ at: now().toISOString(), kind, sentence }, ...(history.get(id) ?? [])]);
  }

  function change(id: string, part: Partial<Account>): Account {
    accounts = accounts.map((each) => (each.id === id ? { ...each, ...part } : each));
    changed("accounts");
    return known(id);
  }

  function known(id: string): Account {
    const found = accounts.find((each) => each.id === id);
    if (!found) throw refuse("not_found", "There is no such account.");
    return found;
  }

  function signIn(id: string): SignIn {
    const found = signIns.find((each) => each.id === id);
    if (!found) throw refuse("sign_in_unknown", "No sign-in waits for that.", "Start again.");
    return found;
  }

  function moveOn(id: string, part: Partial<SignIn>): SignIn {
    const next = { ...signIn(id), ...part };
    signIns = signIns.map((each) => (each.id === id ? next : each));
    emit({ kind: "sign_in", sign_in: next });
    changed("sign_ins");
    return next;
  }

  async function finish(id: string, login?: string): Promise<SignIn> {
    if (signIn(id).state !== "waiting") throw refuse("sign_in_unknown", "This sign-in was answered already.", "Start again.");
    moveOn(id, { state: "exchanging" });
    await wait(options.pace);
    moveOn(id, { state: "checking" });
    await wait(options.pace);
    const { provider, host, host_label } = signIn(id);
    const asked = wanted.get(id);
    const expected = accounts.find((each) => each.id === asked?.account);
    if (expected && login !== undefined && login !== expected.login) {
      const problem = refuse(
        "other_person",
        `${login} signed in at ${host_label}, not ${expected.login}. Nothing was changed.`,
        `Sign out of ${login} in the browser and start again, or connect ${login} as an account of its own.`,
      );
      return moveOn(id, { state: "failed", problem: { code: problem.code, message: problem.message, hint: problem.hint } });
    }
    const came = connect(at(provider), host, "oauth", expected?.login ?? login, asked?.scopes);
    return moveOn(id, { state: "connected", account: came });
  }

  /** Adds the person's account, or renews it, and starts to read its repositories. */
  function connect(provider: Provider, host: string, kind: Account["kind"], login = "maralind", added: readonly string[] = []): Account {
    const host_label = host.replace(/^https?:\/\//, "");
    const before = accounts.find((each) => each.host === host && each.login === login);
    const own: Account =
      before ??
      newAccount(now(), { id: `account-${nextId++}`, provider, host, host_label, login });
    const fresh: Account = {
      ...own,
      kind,
      health: "working",
      state: kind === "oauth" ? "Renews itself" : "No end date",
      renews_itself: kind === "oauth",
      revocable: kind === "oauth",
      scopes: own.scopes.map((scope) => (added.includes(scope.name) ? { ...scope, state: "granted" } : scope)),
    };
    accounts = before ? accounts.map((each) => (each.id === own.id ? fresh : each)) : [...accounts, fresh];
    happened(fresh.id, "signed_in", "Signed in");
    changed("accounts", "clients");
    if (fresh.lists) void sync(fresh.id);
    return fresh;
  }

  async function sync(id: string): Promise<void> {
    if (running.some((each) => each.account === id)) return;
    const { login, synced_at } = known(id);
    const first = synced_at === null;
    const coming = first ? repositories(now(), options.rows).map((each) => handedTo(each, id)) : [];
    const expected = first ? coming.length : known(id).repositories;
    const started = now();
    const pages = Math.max(1, Math.ceil(expected / 100));
    for (let page = 0; page <= pages; page += 1) {
      const progress: SyncProgress = {
        account: id,
        login,
        stage: page === pages ? "saving" : "reading",
        repositories: Math.min(expected, page * 100),
        expected: page === 0 ? null : expected,
        pages: page,
        expected_pages: page === 0 ? null : pages,
        until: null,
      };
      running = [...running.filter((each) => each.account !== id), progress];
      emit({ kind: "sync_progress", progress });
      await wait(options.pace);
      // Locked in between: nothing is said any more.
      if (state !== "open" || !accounts.some((each) => each.id === id)) return;
    }
    rows = [...rows, ...coming];
    running = running.filter((each) => each.account !== id);
    accounts = accounts.map((each) => (each.id === id ? { ...each, synced_at: now().toISOString() } : each));
    count();
    const added = first ? coming.length : null;
    const run = endedRun(now(), started, { id: nextId++, account: id, login, requests: first ? pages : 1 }, added);
    runs = [run, ...runs];
    emit({ kind: "sync_finished", run });
    if (first) changed("repositories");
    changed("activity", "accounts");
  }

  function handedTo(each: Row, id: string): Row {
    const accountsOf = each.row.accounts.map((one) => (one === "own" ? id : one)).filter((one) => accounts.some((has) => has.id === one));
    const reaching = accountsOf.length > 0 ? accountsOf : [id];
    return {
      ...each,
      row: { ...each.row, id: nextId++, accounts: reaching },
      detail: { ...each.detail, reach: reaching.map((one) => ({ account: one, permission: "write", seen_at: now().toISOString() })) },
    };
  }

  const commands: Omit<Platform, "subscribe" | "subscribePlaces"> = {
    keeperStatus: async () => ({
      running: true,
      pid: 4411,
      version: "0.1.0",
      host: "desktop",
      socket: "/run/user/1000/drawbridge.sock",
      vault: status().path,
      vault_state: state,
    }),
    vaultStatus: async () => status(),
    ...vaultCommands,
    settings: async () => settings,
    setSettings: async ({ proof, ...next }) => {
      if (next.backup_folder != null && !next.backup_folder.startsWith("/")) {
        throw refuse("invalid_input", "That is not the whole path of a file.", "Give it from the top, as in /home/me/Backups.");
      }
      // What is left out is as on the first day, as the keeper reads it.
      const whole = { ...SETTINGS, ...next };
      if (hasPassphrase() && weakens(settings, whole)) {
        if (!proof) throw refuse("passphrase_needed", "This keeps the vault open or a copied secret around for longer. Nothing was changed.", "Type the passphrase to allow it.");
        prove(proof);
      }
      settings = whole;
      changed("settings");
      return settings;
    },
    providerList: async () => providers(clients.all(), accounts),
    ...clients.commands,
    ...credentials.commands,
    ...fakeViews({ now, nextId: () => nextId++, refuse, changed }),
    ...sources,
    ...fakeContents({ now, refuse, changed, rows: () => rows, wait: () => wait(options.pace), read: options.contents }),
    signInStart: async (request) => {
      const { provider, host } = target(request);
      const way = wayOf(provider, request.way);
      if (!way) throw refuse("not_offered", `${provider.name} does not offer that.`, "Choose another way.");
      if (!clients.all().some((each) => each.host === host)) {
        throw refuse("client_missing", "No client is set up for that host.", "Set one up first.");
      }
      const added = request.scopes ?? [];
      const started: SignIn = {
        id: `sign-in-${nextId++}`,
        provider: provider.id,
        host,
        host_label: host.replace(/^https?:\/\//, ""),
        way,
        state: "waiting",
        url: way === "device" ? `${host}/login/device` : `${host}/login/oauth/authorize?client_id=Iv1&state=`,
        user_code: way === "device" ? "WDJB-MJHT" : null,
        qr: way === "device" ? { rows: QR_ROWS, fills_code: true } : null,
        note: null,
        listens_at: way === "loopback" ? "127.0.0.1:49152" : null,
        scopes: provider.scopes.map((scope) => (added.includes(scope.name) ? { ...scope, state: "asked" } : scope)),
        started_at: now().toISOString(),
        ends_at: ago(now(), -600_000),
        account: null,
        problem: null,
      };
      wanted.set(started.id, { account: request.account ?? null, scopes: added });
      signIns = [started, ...signIns];
      changed("sign_ins");
      return started;
    },
    signInPaste: async (id, { code }) => {
      if (signIn(id).way !== "paste") throw refuse("not_offered", "This sign-in waits for the browser.", "Paste the whole address instead.");
      if (code.trim().length < 6) throw refuse("sign_in_failed", "That is not the whole code.", "Copy all of what the page shows.");
      return finish(id);
    },
    signInReturn: async (link) => {
      const waiting = signIns.find((each) => each.state === "waiting");
      if (!waiting || !link.includes("code=")) throw refuse("sign_in_unknown", "No sign-in waits for that address.", "Copy the whole address.");
      return finish(waiting.id);
    },
    signInList: async () => signIns,
    signInShow: async (id) => signIn(id),
    signInCancel: async (id) => moveOn(id, { state: "cancelled" }),
    connectToken: async (request) => {
      const { provider, host } = target(request);
      const label = host.replace(/^https?:\/\//, "");
      const user = request.user?.trim() ?? "";
      if (provider.token_with_user && user === "") throw refuse("invalid_input", `${label} wants a user name with the token.`, "Give it, too.");
      if (request.token.trim().length < 8) throw refuse("host_refused", `${label} does not accept this token.`, "Make a new one.");
      const login = provider.token_with_user ? user : "maralind";
      const replaced = replacedToken(accounts, host, login, now());
      if (replaced) unended = [...unended, replaced];
      return { ...connect(provider, host, provider.token_with_user ? "basic" : "token", login), replaced };
    },
    accountList: async () => ({ total: accounts.length, rows: accounts }),
    accountShow: async (id) => known(id),
    accountRefresh: async (id) => {
      const one = known(id);
      if (!one.renews_itself) throw refuse("invalid_input", `This access to ${one.host_label} does not renew itself.`, "Sign in again, or paste a newer token.");
      await wait(options.pace);
      happened(id, "renewed", "Renewed");
      return change(id, one.access_ends_at === null ? {} : { access_ends_at: ago(now(), -8 * 3_600_000) });
    },
    accountCheck: async (id) => {
      const one = known(id);
      await wait(options.pace);
      if (one.health === "needs_you") throw refuse("sign_in_needed", `${one.host_label} does not accept this access any more.`, "Sign in again.");
      return one.health === "trying_again" ? change(id, { health: "working", state: "Renews itself", state_note: "" }) : one;
    },
    accountRename: async (id, { name }) => {
      if (name.trim().length > 60) throw refuse("invalid_input", "A name has up to 60 letters on one line.", "Choose a shorter one.");
      known(id);
      return change(id, { label: name.trim() === "" ? null : name.trim() });
    },
    setSyncInterval: async (id, { every_minutes: every }) => {
      const one = known(id);
      if (every !== null && every !== 0 && (every < 5 || every > 1440)) {
        throw refuse("invalid_input", "Syncs are between 5 minutes and a day apart.", "Choose 5 to 1440 minutes, or 0 to sync only by hand.");
      }
      if (every === null) paces.delete(id);
      else paces.set(id, every);
      changed("activity");
      return nextSync(one);
    },
    accountHistory: async (id) => {
      const events = history.get(known(id).id) ?? [];
      return { total: events.length, rows: events };
    },
    clientRedirects: async (request) => redirects(target(request).provider),
    serverRecognise: async ({ host }) => {
      await wait(options.pace);
      return recognised(host, refuse);
    },
    ...notices.commands,
    calendar: async () => {
      const all = [...endings(accounts, now()), ...credentials.endings()].sort((one, other) => Date.parse(one.at) - Date.parse(other.at));
      return { total: all.length, rows: all };
    },
    unendedList: async () => ({ total: unended.length, rows: unended }),
    unendedForget: async (id) => {
      if (!unended.some((row) => row.id === id)) throw refuse("not_found", "There is no access with that id that still has to end.", "");
      unended = unended.filter((row) => row.id !== id);
      changed("accounts");
      return null;
    },
    ...leaving,
    ...missing({
      accounts: () => accounts,
      rows: () => rows.map((each) => each.row),
      add: (row) => {
        const [like] = rows;
        if (like) rows = [{ ...like, row, text: row.full_name.toLowerCase() }, ...rows];
      },
      sync: async () => syncStatus(),
      changed: () => changed("repositories", "accounts"),
      refuse,
      now,
    }),
    syncStart: async (id) => {
      const these = id === null ? accounts.filter((each) => each.lists && each.health !== "needs_you").map((each) => each.id) : [known(id).id];
      for (const one of these) void sync(one);
      return syncStatus();
    },
    syncStatus: async () => syncStatus(),
    syncRuns: async (query) => {
      const quiet = ["changed", "unchanged"];
      const found = runs.filter(
        (run) =>
          (query.account == null || run.account === query.account) &&
          (!query.only_changes || run.outcome !== "unchanged") &&
          (!query.only_problems || !quiet.includes(run.outcome)),
      );
      const offset = query.offset ?? 0;
      return { total: found.length, rows: found.slice(offset, offset + (query.limit || 100)) };
    },
    repositoryList: async (query) => {
      const { found, words, remarks } = find(world(), query);
      const offset = query.offset ?? 0;
      const limit = Math.min(query.limit || 100, 1000);
      return { total: found.length, near: 0, rows: found.slice(offset, offset + limit).map((each) => each.row), marked: words, remarks };
    },
    repositoryFacets: async (facet, query) => ({ facet, values: facetValues(world(), facet, query) }),
    repositoryShow: async (reference) => {
      const wanted = (row: Repository) =>
        reference.kind === "id" ? row.id === reference.id : row.full_name.toLowerCase() === reference.full_name.toLowerCase();
      const found = rows.find((each) => wanted(each.row));
      if (!found) throw refuse("not_found", "There is no such repository in the list.", "It may have left it meanwhile.");
      return { ...found.row, ...found.detail };
    },
    ...clones,
    openSignIn: async (id) => {
      opened.push(signIn(id).url);
      return null;
    },
    openRepository: async (id) => {
      opened.push(rows.find((each) => each.row.id === id)?.row.web_url ?? "");
      return null;
    },
    openProviderPage: async (id, host, page) => {
      opened.push(`${host ?? id}#${page}`);
      return null;
    },
    openRevokePage: async (id) => {
      opened.push(`${id}#revoke`);
      return null;
    },
    copyText: async (text) => {
      if (text.length > 64 * 1024) throw refuse("invalid_input", "That is too much for the clipboard.", "Select fewer.");
      copied.push(text);
      return null;
    },
    copySecret: async ({ text }) => {
      secrets.push(text);
      return null;
    },
    windowUsed: async () => null,
    windowStart: async () => ({ version: "0.1.0", tray: true, place: options.place }),
    windowTheme: async () => undefined,
    quitApp: async () => undefined,
  };

  const whileClosed = new Set([
    "keeperStatus", "vaultStatus", "vaultCreate", "vaultUnlock", "vaultLock", "passphraseStrength", "backupList", "backupCheck",
    "backupRestore", "vaultRescue", "vaultDoctor", "copyText", "windowUsed", "windowStart", "windowTheme", "quitApp",
  ]);
  type Command = (...args: unknown[]) => Promise<unknown>;
  const guarded = Object.fromEntries(
    Object.entries(commands as unknown as Record<string, Command>).map(([name, run]) => [
      name,
      async (...args: unknown[]) => {
        asked.push(name);
        await wait(options.latency);
        const failure = failures.get(name);
        failures.delete(name);
        if (failure) throw failure;
        if (state !== "open" && !whileClosed.has(name)) throw refuse("vault_locked", "The vault is locked.", "Open it first.");
        return run(...args);
      },
    ]),
  ) as unknown as typeof commands;

  return {
    ...guarded,
    subscribe: (listener) => keeperEvents.add(listener),
    subscribePlaces: (listener) => places.add(listener),
    fake: {
      asked,
      copied,
      secrets,
      opened,
      emit,
      showPlace: (place) => places.tell(place),
      push: (...changes) => {
        const at = now().toISOString();
        for (const change of changes) {
          const there = "id" in change ? rows.find((each) => each.row.id === change.id) : undefined;
          if (there) rows = rows.map((each) => (each === there ? { ...each, row: { ...each.row, pushed_at: at } } : each));
          else if ("name" in change) {
            const [seed] = repositories(now(), 1);
            const [owner = "", name = ""] = change.name.split("/");
            if (seed) rows = [...rows, { ...seed, text: change.name, row: { ...seed.row, id: nextId++, full_name: change.name, owner, name, pushed_at: at } }];
          }
        }
        changed("repositories");
      },
      hold: () => {
        let letGo: () => void = () => {};
        held = new Promise<void>((done) => (letGo = done));
        return () => {
          held = null;
          letGo();
        };
      },
      comeBack: async (id, login) => {
        await finish(id, login);
      },
      listenToo: (id) => {
        moveOn(id, { listens_at: "127.0.0.1:49152", note: LISTENS_TOO });
      },
      lock: (cause = "asked") => lock(cause),
      notices: notices.tell,
      failNext: (command, code, message, hint = "") => {
        failures.set(command, refuse(code, message, hint));
      },
    },
  };
}
