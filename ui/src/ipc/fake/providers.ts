/** The providers of the fake: the one of the drawn screens, and a dozen made-up ones, one of each sort there can be. */
import type { Account, Client, Code, Provider, Recognised, Scope, SignInWay } from "../bindings";
import { PROVIDER, scopes } from "./world";

type Seed = Pick<Provider, "id" | "name" | "monogram" | "category" | "host"> & Partial<Provider>;

/** What stands for one installation at the end of its redirect addresses. */
const MARK = "5f0c3f2a9b1d7e4c8a60";
const REDIRECTS: Partial<Record<SignInWay, string>> = {
  "deep-link": `dev.drawbridge.desktop:/oauth/callback/${MARK}`,
  loopback: `http://127.0.0.1/callback/${MARK}`,
  paste: "urn:ietf:wg:oauth:2.0:oob",
};

/** Scopes by name and sentence; those with a mark at the front of their name are not asked for. */
function rights(...all: (readonly [name: string, sentence: string])[]): Scope[] {
  return all.map(([name, sentence]) => ({
    name: name.replace(/^-/, ""),
    sentence,
    state: name.startsWith("-") ? "not_asked" : "asked",
  }));
}

const WHO = rights(["openid", "Know that it is you"], ["profile", "See your name"], ["offline_access", "Stay signed in"]);

function pages(host: string): Pick<Provider, "token_page" | "client_page"> {
  return { token_page: `${host}/settings/tokens`, client_page: `${host}/settings/apps` };
}

const SEEDS: readonly Seed[] = [
  {
    id: PROVIDER,
    name: "GitHub",
    monogram: "Gh",
    category: "code",
    host: "https://github.com",
    lists: true,
    self_hosted: true,
    ways: ["deep-link", "loopback", "device"],
    token: true,
    token_hint: "A classic token with the rights repo, read:org and user:email",
    scopes: scopes("asked", "asked", "asked"),
    token_page: "https://github.com/settings/tokens",
    client_page: "https://github.com/settings/developers",
  },
  {
    id: "kilnforge",
    name: "Kiln Forge",
    monogram: "Kf",
    category: "code",
    host: "https://kiln.example",
    self_hosted: true,
    ways: ["loopback"],
    token: true,
    notes: ["Servers older than about 1.23 ignore what is asked for and give full rights."],
    scopes: rights(["read:user", "See who you are"], ["read:repository", "Read your repositories"], ["-write:repository", "Write to your repositories"]),
    ...pages("https://kiln.example"),
  },
  {
    id: "pontoon",
    name: "Pontoon Data Center",
    monogram: "Pt",
    category: "code",
    host: null,
    self_hosted: true,
    ways: ["loopback", "paste"],
    token: true,
    notes: ["The server may insist on an https redirect address."],
    scopes: rights(["REPO_READ", "Read your repositories"], ["-REPO_WRITE", "Write to your repositories"]),
  },
  {
    id: "taskwell",
    name: "Taskwell",
    monogram: "Tw",
    category: "work",
    host: "https://app.taskwell.example",
    ways: ["paste", "loopback"],
    token: true,
    token_hint: "A personal access token",
    scopes: rights(["users:read", "See who you and your colleagues are"], ["-tasks:write", "Change tasks"]),
    ...pages("https://app.taskwell.example"),
  },
  {
    id: "papertrail",
    name: "Papertrail Pages",
    monogram: "Pa",
    category: "work",
    host: "https://papertrail.example",
    ways: ["loopback"],
    needs_secret: true,
    notes: ["One sign-in can reach several sites.", "Asking for another product later can end the access you have."],
    scopes: rights(["read:me", "See who you are"], ["offline_access", "Stay signed in"], ["-write:page", "Change pages"]),
    ...pages("https://papertrail.example"),
  },
  {
    id: "foghorn",
    name: "Foghorn Chat",
    monogram: "Fh",
    category: "chat",
    host: null,
    template: "https://{workspace}.foghorn.example",
    parts: [{ name: "workspace", label: "Workspace", hint: "The name before .foghorn.example in the address of your workspace", default: null }],
    ways: ["deep-link", "loopback"],
    scopes: rights(["users:read", "See who you are"], ["channels:read", "See the channels you are in"], ["-chat:write", "Write messages"]),
  },
  {
    id: "stratus",
    name: "Stratus Cloud",
    monogram: "St",
    category: "cloud",
    host: "https://stratus.example",
    token: true,
    token_hint: "An API token with the role Reader",
    token_page: "https://stratus.example/account/tokens",
    notes: ["Tokens end after 90 days, and nothing can make them last longer."],
  },
  {
    id: "lampwork",
    name: "Lampwork",
    monogram: "Lw",
    category: "cloud",
    host: "https://lampwork.example",
    ways: ["device", "loopback"],
    scopes: WHO,
    ...pages("https://lampwork.example"),
    token_page: null,
  },
  {
    id: "boathouse",
    name: "Boathouse Files",
    monogram: "Bo",
    category: "files",
    host: "https://boathouse.example",
    ways: ["loopback"],
    needs_secret: true,
    scopes: rights(["account.read", "See who you are"], ["-files.write", "Change your files"]),
    ...pages("https://boathouse.example"),
  },
  {
    id: "ledgerly",
    name: "Ledgerly",
    monogram: "Le",
    category: "business",
    host: "https://ledgerly.example",
    token: true,
    token_with_user: true,
    token_hint: "An API key of your own, not one of the whole firm",
    token_page: "https://ledgerly.example/me/keys",
    scopes: rights(["read", "Read what you can see there"]),
  },
  {
    id: "shanty",
    name: "Shanty Radio",
    monogram: "Sh",
    category: "social",
    host: "https://shanty.example",
    ways: ["loopback"],
    scopes: rights(["profile", "See who you are"], ["-playlists", "Change your playlists"]),
    ...pages("https://shanty.example"),
    token_page: null,
  },
  {
    id: "gatehouse",
    name: "Gatehouse Sign-in",
    monogram: "Ga",
    category: "identity",
    host: "https://login.gatehouse.example/common",
    template: "https://login.gatehouse.example/{tenant}",
    parts: [{ name: "tenant", label: "Tenant", hint: "Its name or number; leave it as it is if you do not know", default: "common" }],
    ways: ["loopback", "device"],
    scopes: WHO,
  },
  {
    id: "by-address",
    name: "Sign-in server by address",
    monogram: "Si",
    category: "any",
    host: null,
    self_hosted: true,
    ways: ["loopback", "deep-link", "device"],
    notes: ["The server has to describe itself at a well-known address."],
    may_register: true,
    scopes: WHO,
  },
  {
    id: "fjordline-wiki",
    name: "Fjordline Wiki",
    monogram: "Fw",
    category: "work",
    own: true,
    host: "https://wiki.fjordline.example",
    ways: ["loopback"],
    scopes: rights(["read", "Read pages"]),
    ...pages("https://wiki.fjordline.example"),
  },
];

/** What most providers have in common: nothing special. */
export const PLAIN: Omit<Provider, keyof Pick<Provider, "id" | "name" | "monogram" | "category" | "host">> = {
  own: false,
  lists: false,
  template: null,
  parts: [],
  self_hosted: false,
  ways: [],
  token: false,
  token_with_user: false,
  token_hint: null,
  needs_secret: false,
  notes: [],
  unverified: [],
  scopes: [],
  token_page: null,
  client_page: null,
  may_register: false,
  clients: [],
  connected: 0,
  connected_at: [],
};

/** Every provider, with the clients and accounts there are. */
export function providers(clients: readonly Client[], accounts: readonly Account[]): Provider[] {
  return SEEDS.map((seed) => ({
    ...PLAIN,
    ...seed,
    clients: clients.filter((client) => client.provider === seed.id),
    connected: accounts.filter((account) => account.provider === seed.id).length,
    connected_at: accounts.filter((account) => account.provider === seed.id).map((account) => account.host),
  }));
}

/** The redirect addresses of a provider's ways. */
export function redirects(provider: Provider): string[] {
  return provider.ways.flatMap((way) => REDIRECTS[way] ?? []);
}

/** The first way of a provider, unless one was asked for that it offers. */
export function wayOf(provider: Provider, asked: SignInWay | null): SignInWay | undefined {
  return asked === null ? provider.ways[0] : provider.ways.find((way) => way === asked);
}

/** What stands at an address: a server with the name of its kind in its own. */
export function recognised(host: string, refuse: (code: Code, message: string, hint: string) => Error): Recognised {
  const label = host.replace(/^https?:\/\//, "");
  if (label.includes("nowhere")) {
    throw refuse("unreachable", `Nothing answered at ${label} within two seconds.`, "See that the address is right and that the network reaches it, or choose the kind yourself.");
  }
  const kind = providers([], []).find((each) => each.self_hosted && label.includes(each.id));
  if (kind === undefined) {
    throw refuse("not_found", `${label} answers, but does not show what kind of server it is.`, "Choose the kind yourself; whoever runs the server knows it.");
  }
  return { host, provider: kind.id, sentence: `${label} is a ${kind.name} server.` };
}
