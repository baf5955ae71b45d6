/** The accounts, repositories and runs of the drawn screens, and as many more as asked for. The same ones each time. */
import type { Account, Client, Provider, Repository, RepositoryDetail, Scope, ScopeState, SyncRun, Visibility } from "../bindings";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

export type Row = { row: Repository; detail: Omit<RepositoryDetail, keyof Repository>; text: string };

const SCOPES: readonly (readonly [name: string, sentence: string])[] = [
  ["repo", "Read and write code, issues and pull requests, public and private"],
  ["read:org", "See your organisations and teams"],
  ["user:email", "See your e-mail addresses"],
  ["workflow", "Change workflow files"],
  ["delete_repo", "Delete repositories"],
];

export function scopes(...states: ScopeState[]): Scope[] {
  return SCOPES.map(([name, sentence], index) => ({ name, sentence, state: states[index] ?? "not_asked" }));
}

export const PROVIDER = "github";
export const HOST = "https://github.com";

export function client(now: Date): Client {
  return {
    id: "client-1",
    provider: PROVIDER,
    host: HOST,
    api_url: "https://api.github.com",
    client_id: "Iv1.8a61f9b3a7aba766",
    has_secret: true,
    name: "",
    origin: "own",
    preferred: true,
    added_at: ago(now, 3 * DAY),
    secret_ends_at: null,
  };
}

export function account(now: Date, part: Partial<Account> & Pick<Account, "id" | "login" | "host_label" | "swatch">): Account {
  return {
    provider: PROVIDER,
    provider_name: "GitHub",
    host: `https://${part.host_label}`,
    subject: `4821${part.id.length}${part.swatch}77`,
    label: null,
    lists: true,
    searches: true,
    name: "Mara Lindqvist",
    email: "mara@fjordline.example",
    kind: "oauth",
    health: "working",
    state: "Renews itself",
    state_note: "Up to date",
    clock_note: null,
    scopes: scopes("granted", "granted", "granted"),
    off: [],
    next_try_at: null,
    repositories: 0,
    connected_at: ago(now, 256 * DAY),
    synced_at: ago(now, 2 * MINUTE),
    access_ends_at: null,
    renews_itself: true,
    revoke_page: `${HOST}/settings/applications`,
    // A token that was made by hand is ended by hand.
    revocable: (part.kind ?? "oauth") === "oauth",
    ...part,
  };
}

/** A run that listed so many for the first time, or found nothing new. */
export function endedRun(
  now: Date,
  started: Date,
  part: Pick<SyncRun, "id" | "account" | "login" | "requests">,
  added: number | null,
): SyncRun {
  return {
    ...part,
    started_at: started.toISOString(),
    took_ms: now.getTime() - started.getTime(),
    outcome: added === null ? "unchanged" : "changed",
    sentence: added === null ? "Nothing new" : `${added.toLocaleString("en")} repositories listed for the first time`,
    added: added ?? 0,
    changed: 0,
    removed: 0,
    unmodified: added === null ? 1 : 0,
  };
}

/** One that just signed in. */
export function newAccount(
  now: Date,
  { provider, ...own }: Pick<Account, "id" | "host" | "host_label" | "login"> & { provider: Provider },
): Account {
  return account(now, {
    ...own,
    provider: provider.id,
    provider_name: provider.name,
    lists: provider.lists,
    searches: provider.lists,
    scopes: provider.scopes.map((scope) => (scope.state === "asked" ? { ...scope, state: "granted" } : scope)),
    connected_at: now.toISOString(),
    swatch: 5,
    synced_at: null,
  });
}

export function drawnAccounts(now: Date): Account[] {
  return [
    account(now, {
      id: "fjordline",
      login: "fjordline-mara",
      host_label: "github.com",
      swatch: 1,
      health: "needs_you",
      state: "github.com ended this sign-in",
      state_note: "Its repositories stay listed as they were yesterday",
      scopes: scopes("granted", "granted", "granted", "refused"),
      synced_at: ago(now, 20 * 60 * MINUTE),
    }),
    account(now, { id: "harbour", login: "mlindqvist", host_label: "git.fjordline.example", swatch: 2 }),
    account(now, {
      id: "tidewater",
      login: "mara.lindqvist",
      host_label: "code.tidewater.example",
      swatch: 3,
      kind: "token",
      health: "soon",
      scopes: scopes("granted", "not_asked", "granted"),
      off: [{ sentence: "Repositories of organisations may be missing from the list", scope: "read:org", why: "This token was made without read:org" }],
      state: "Token ends in 10 days",
      state_note: "Make a new one before then and nothing stops",
      renews_itself: false,
      access_ends_at: ago(now, -10 * DAY),
    }),
    account(now, { id: "own", login: "maralind", host_label: "github.com", swatch: 5 }),
    account(now, {
      id: "berg",
      login: "maralind",
      host_label: "git.berg.example",
      swatch: 7,
      kind: "token",
      renews_itself: false,
      state: "No end date",
    }),
    account(now, {
      id: "labs",
      login: "tidewater-mara",
      host_label: "forge.tidewater.example",
      swatch: 4,
      health: "trying_again",
      state: "forge.tidewater.example could not be reached",
      state_note: "Everything listed there can still be searched",
      synced_at: ago(now, 65 * MINUTE),
    }),
  ];
}

type Drawn = [minutes: number, visibility: Visibility, name: string, description: string, language: string, account: string, tag?: "fork" | "template" | "archived"];

const H = 60;
const D = 24 * H;
const DRAWN: Drawn[] = [
  [35, "public", "tidewater-labs/notebooks", "Tide models, worked through step by step", "Jupyter", "tidewater"],
  [40, "internal", "harbour/ops-runbooks", "What to do at night, one page each", "Markdown", "harbour"],
  [4 * H, "internal", "harbour/bookkeeping-export", "Nightly ledger files for the accountants", "Python", "harbour"],
  [8 * H, "public", "maralind/bookmarks", "Everything worth reading twice", "Nix", "own"],
  [20 * H, "private", "fjordline/booking-api", "Bookings, fares and berths over HTTP and events", "Kotlin", "fjordline"],
  [21 * H, "private", "fjordline/booking-web", "What passengers see: search, book, change, refund", "TypeScript", "fjordline"],
  [1.2 * D, "internal", "harbour/pilot-logbook", "Pilot tickets and sea time", "Go", "harbour"],
  [1.5 * D, "private", "platform/ansible-playbooks", "Hosts, one role per harbour", "YAML", "harbour"],
  [2 * D, "private", "fjordline/booking-events", "Schemas of every booking event, with the reader", "Avro", "fjordline"],
  [2.1 * D, "private", "fjordline/booking-mobile", "iOS and Android shells around the booking flow", "Swift", "fjordline"],
  [2.2 * D, "private", "platform/alert-runbooks", "Generated from alert rules; do not edit", "Markdown", "harbour", "template"],
  [3 * D, "private", "fjordline/berth-booking", "Which ship lies where, and who paid for it", "Rust", "fjordline"],
  [3.1 * D, "public", "tidewater-labs/tide-handbook", "How we measure, and how far to trust it", "Markdown", "tidewater"],
  [5 * D, "private", "fjordline/group-bookings", "Schools, coaches and conferences", "Kotlin", "fjordline"],
  [6 * D, "internal", "fjordline/storybook-theme", "Shared look for component books", "TypeScript", "fjordline"],
  [9 * D, "private", "maralind/house-logbook", "Boiler, roof, neighbours", "Markdown", "berg"],
  [10 * D, "private", "fjordline/bookable-crew", "Rest rules checked before the roster is final", "Kotlin", "fjordline"],
  [62 * D, "public", "maralind/cookbook", "Fish soup, mostly", "Markdown", "own"],
  [84 * D, "public", "maralind/bookbinder", "Imposes PDF pages into signatures", "Rust", "berg", "fork"],
  [102 * D, "private", "tidewater-labs/guestbook", "Who borrowed which buoy", "Elixir", "tidewater"],
  [172 * D, "internal", "harbour/address-book", "Agents, pilots, tugs and their phones", "Go", "harbour"],
  [204 * D, "private", "fjordline/book-a-buoy", "Hackday; still used", "Ruby", "fjordline"],
  [287 * D, "public", "tidewater-labs/bookworm-images", "Base images, rebuilt weekly", "Shell", "labs"],
  [400 * D, "private", "fjordline/reservations-2019", "What bookings were before they were events", "Java", "fjordline", "archived"],
];

const OWNERS: readonly (readonly [owner: string, account: string])[] = [
  ["fjordline", "fjordline"], ["fjordline-ops", "fjordline"], ["harbour", "harbour"], ["platform", "harbour"],
  ["pilots", "harbour"], ["tidewater-labs", "tidewater"], ["tidewater-data", "tidewater"], ["ferries", "fjordline"],
  ["customs", "fjordline"], ["maralind", "own"], ["berg", "berg"], ["weather", "labs"],
];
const FIRST = ["berth", "crew", "cargo", "deck", "fare", "fog", "gangway", "harbour", "hull", "ledger", "light", "manifest", "mooring", "pilot", "port", "quay", "radar", "route", "sail", "signal", "tariff", "ticket", "tide", "tug", "vessel", "watch", "wind"];
const LAST = ["api", "app", "archive", "bot", "charts", "cli", "core", "docs", "events", "export", "gateway", "import", "index", "infra", "jobs", "lib", "model", "notes", "planner", "proxy", "reader", "relay", "rules", "schema", "server", "site", "sync", "tests", "tools", "web", "worker"];
const WHAT = ["Keeps the list of what is where", "One small part of a larger crossing", "Reads the nightly files and says what changed", "Rules, with the reasons beside them", "What the desk sees", "Answers what the screens ask", "Moved here from the old server", "Numbers for the weekly meeting"];
const LANGUAGES = ["Kotlin", "TypeScript", "Rust", "Go", "Python", "Markdown", "Shell", "Java", "YAML", "Elixir"];
const TOPICS = ["bookings", "fares", "kafka", "postgres", "maps", "batch", "internal-tools"];

/** `count` repositories, newest push first, the drawn ones among them. */
export function repositories(now: Date, count: number): Row[] {
  const random = chance(20261122);
  const pick = <T,>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const rows = DRAWN.slice(0, count).map((drawn, index) => drawnRow(now, drawn, index + 1));
  for (let id = rows.length + 1; id <= count; id += 1) {
    const [owner, reach] = pick(OWNERS);
    const minutes = 45 + Math.floor((random() ** 3) * 1500 * D);
    const name = `${pick(FIRST)}-${pick(LAST)}${id > 900 ? `-${id}` : ""}`;
    const fork = random() < 0.06;
    rows.push(
      row(now, {
        id,
        minutes,
        owner,
        name,
        reach,
        visibility: random() < 0.55 ? "private" : random() < 0.6 ? "public" : "internal",
        description: random() < 0.85 ? pick(WHAT) : null,
        language: random() < 0.95 ? pick(LANGUAGES) : null,
        topics: random() < 0.4 ? [pick(TOPICS)] : [],
        archived: random() < 0.09,
        fork,
        template: !fork && random() < 0.02,
        size: Math.floor(random() ** 4 * 4_000_000),
      }),
    );
  }
  return rows;
}

function drawnRow(now: Date, [minutes, visibility, full, description, language, reach, tag]: Drawn, id: number): Row {
  const [owner = "", name = ""] = full.split("/");
  return row(now, {
    id, minutes, owner, name, reach, visibility, description, language,
    topics: full === "fjordline/booking-api" ? ["bookings", "fares", "kafka"] : [],
    archived: tag === "archived", fork: tag === "fork", template: tag === "template", size: 84_000,
  });
}

type Seed = {
  id: number; minutes: number; owner: string; name: string; reach: string; visibility: Visibility;
  description: string | null; language: string | null; topics: string[];
  archived: boolean; fork: boolean; template: boolean; size: number;
};

function row(now: Date, seed: Seed): Row {
  const full = `${seed.owner}/${seed.name}`;
  const host = HOSTS[seed.reach] ?? "github.com";
  const accounts = full === "fjordline/booking-api" ? [seed.reach, "own"] : [seed.reach];
  const repository: Repository = {
    id: seed.id,
    full_name: full,
    owner: seed.owner,
    name: seed.name,
    visibility: seed.visibility,
    archived: seed.archived,
    fork: seed.fork,
    template: seed.template,
    default_branch: "main",
    description: seed.description,
    language: seed.language,
    topics: seed.topics,
    clone_url: `https://${host}/${full}.git`,
    ssh_url: `git@${host}:${full}.git`,
    web_url: `https://${host}/${full}`,
    pushed_at: ago(now, seed.minutes * MINUTE),
    created_at: ago(now, (seed.minutes + 900 * D) * MINUTE),
    size_kib: seed.size,
    accounts,
    missing_since: null,
  };
  return {
    row: repository,
    detail: {
      provider: PROVIDER,
      host: `https://${host}`,
      host_label: host,
      forge_id: String(364_918_000 + seed.id),
      licence: seed.visibility === "public" ? "MIT" : null,
      updated_at: ago(now, seed.minutes * MINUTE),
      first_listed_at: ago(now, 256 * DAY),
      reach: accounts.map((id, index) => ({
        account: id,
        permission: index === 0 ? "maintain" : "read",
        seen_at: ago(now, 2 * MINUTE),
      })),
      renamed_from: full === "fjordline/booking-api" ? "fjordline/reservations" : null,
      changes:
        full === "fjordline/booking-api"
          ? [
              { seen_at: ago(now, 20 * H * MINUTE), sentence: "Pushed to" },
              { seen_at: ago(now, 40 * DAY), sentence: "Was internal, is private" },
            ]
          : [],
    },
    text: fold([full, seed.description, seed.language, ...seed.topics].filter(Boolean).join(" ")),
  };
}

const HOSTS: Record<string, string> = {
  fjordline: "github.com", own: "github.com", harbour: "git.fjordline.example", tidewater: "code.tidewater.example",
  berg: "git.berg.example", labs: "forge.tidewater.example",
};

export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

export function ago(now: Date, milliseconds: number): string {
  return new Date(now.getTime() - milliseconds).toISOString();
}

/** Repeatable chance. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** What the drawn accounts' syncs came to lately. */
export function drawnRuns(now: Date, accounts: readonly Account[]): SyncRun[] {
  const line = (id: number, minutes: number, of: string, outcome: SyncRun["outcome"], sentence: string, requests = 1, took = 200): SyncRun => ({
    id,
    account: of,
    login: accounts.find((each) => each.id === of)?.login ?? of,
    started_at: ago(now, minutes * MINUTE),
    took_ms: took,
    outcome,
    sentence,
    added: 0,
    changed: 0,
    removed: 0,
    requests,
    unmodified: outcome === "unchanged" ? 1 : 0,
  });
  return [
    line(20, 1, "own", "unchanged", "Nothing new"),
    line(19, 1, "berg", "unchanged", "Nothing new", 1, 100),
    line(18, 2, "tidewater", "changed", "2 pushed, 1 new: tidewater-labs/tide-widgets", 3, 900),
    line(17, 15, "harbour", "held_back", "Complete listing, 312 fewer than before. Held back: nothing was removed", 58, 11_400),
    line(16, 62, "labs", "unreachable", "Could not reach forge.tidewater.example. Next try at 14:20", 3, 30_000),
    line(15, 64, "own", "changed", "1 pushed", 2, 400),
    line(14, 1440, "fjordline", "needs_you", "github.com ended the sign-in. Nothing removed", 1, 300),
    line(13, 1455, "fjordline", "stopped", "Stopped at page 31 of 84 (error 502, twice). Nothing removed", 34, 41_200),
    line(12, 1470, "fjordline", "changed", "112 pushed, 3 new", 9, 2300),
  ];
}
