/** Which address shows which page, in one place. */
import { createMemoryHistory, createRootRoute, createRoute, createRouter, redirect } from "@tanstack/react-router";
import { Frame } from "./frame/Frame";
import { AccountPage } from "./pages/accounts/AccountPage";
import { AccountsPage } from "./pages/accounts/AccountsPage";
import { ActivityPage } from "./pages/activity/ActivityPage";
import { CalendarPage } from "./pages/calendar/CalendarPage";
import { ConnectPage } from "./pages/connect/ConnectPage";
import { readSearch, readSignInSearch, type SignInSearch } from "./pages/connect/search";
import { SignInPage } from "./pages/connect/SignInPage";
import { type RepositoriesSearch, readRepositoriesSearch } from "./pages/repositories/address";
import { HostSearchPage } from "./pages/hosts/HostSearchPage";
import { MissingPage } from "./pages/missing/MissingPage";
import { RemovedPage } from "./pages/missing/RemovedPage";
import { RepositoriesPage } from "./pages/repositories/RepositoriesPage";
import { RepositoryPage } from "./pages/repositories/RepositoryPage";
import { RevokePage } from "./pages/revoke/RevokePage";
import { readSettingsSearch, sectionOf } from "./pages/settings/sections";
import { SettingsPage } from "./pages/settings/SettingsPage";
import { SourcesPage } from "./pages/sources/SourcesPage";

const root = createRootRoute({ component: Frame });

const repositories = createRoute({
  getParentRoute: () => root,
  path: "/",
  validateSearch: (search: Record<string, unknown>): RepositoriesSearch => readRepositoriesSearch(search),
  component: function Repositories() {
    return <RepositoriesPage search={repositories.useSearch()} />;
  },
});

const repository = createRoute({
  getParentRoute: () => root,
  path: "/repositories/$id",
  validateSearch: (search: Record<string, unknown>): RepositoriesSearch => readRepositoriesSearch(search),
  component: function OneRepository() {
    const { id } = repository.useParams();
    return <RepositoryPage id={Number(id)} search={repository.useSearch()} />;
  },
});

const missing = createRoute({
  getParentRoute: () => root,
  path: "/missing",
  validateSearch: (search: Record<string, unknown>): { name?: string } => (typeof search.name === "string" ? { name: search.name.slice(0, 2000) } : {}),
  component: function Missing() {
    const { name = "" } = missing.useSearch();
    return <MissingPage key={name} name={name} />;
  },
});

const hosts = createRoute({
  getParentRoute: () => root,
  path: "/hosts",
  validateSearch: (search: Record<string, unknown>): { text?: string } => (typeof search.text === "string" ? { text: search.text.slice(0, 256) } : {}),
  component: function Hosts() {
    const { text = "" } = hosts.useSearch();
    return <HostSearchPage key={text} text={text} />;
  },
});

const removed = createRoute({ getParentRoute: () => root, path: "/removed", component: RemovedPage });

const accounts = createRoute({ getParentRoute: () => root, path: "/accounts", component: AccountsPage });

const account = createRoute({
  getParentRoute: () => root,
  path: "/accounts/$id",
  component: function OneAccount() {
    const { id } = account.useParams();
    return <AccountPage key={id} id={id} />;
  },
});

const sources = createRoute({
  getParentRoute: () => root,
  path: "/sources",
  validateSearch: (search: Record<string, unknown>): { ask?: "add" } => (search.ask === "add" ? { ask: "add" } : {}),
  component: function Sources() {
    return <SourcesPage adding={sources.useSearch().ask === "add"} />;
  },
});

const calendar = createRoute({ getParentRoute: () => root, path: "/calendar", component: CalendarPage });

const activity = createRoute({ getParentRoute: () => root, path: "/activity", component: ActivityPage });

const connect = createRoute({
  getParentRoute: () => root,
  path: "/connect",
  validateSearch: readSearch,
  component: function Connect() {
    return <ConnectPage search={connect.useSearch()} />;
  },
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in/$id",
  validateSearch: (search: Record<string, unknown>): SignInSearch => readSignInSearch(search),
  component: function SignIn() {
    const { id } = signIn.useParams();
    return <SignInPage key={id} id={id} search={signIn.useSearch()} />;
  },
});

const settings = createRoute({
  getParentRoute: () => root,
  path: "/settings",
  validateSearch: readSettingsSearch,
  component: function SomeSettings() {
    const { section, ask, slot } = settings.useSearch();
    return <SettingsPage section={sectionOf(section)} ask={ask} slot={slot} />;
  },
});

const revoke = createRoute({ getParentRoute: () => root, path: "/revoke", component: RevokePage });

/** What somebody follows to an address that is none. */
const elsewhere = createRoute({
  getParentRoute: () => root,
  path: "$",
  beforeLoad: () => {
    // The router's own way to lead elsewhere.
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: "/" });
  },
});

const routeTree = root.addChildren([
  repositories,
  repository,
  missing,
  hosts,
  removed,
  accounts,
  account,
  sources,
  calendar,
  activity,
  connect,
  signIn,
  settings,
  revoke,
  elsewhere,
]);

/**
 * The addresses of one opening of the vault. They lie in memory, not in the webview's own history: what
 * was searched for ends with the lock, and is written nowhere.
 */
export function createAppRouter(at = "/") {
  return createRouter({
    routeTree,
    history: createMemoryHistory({ initialEntries: [at] }),
    defaultPendingMs: 0,
    defaultStructuralSharing: true,
    scrollRestoration: false,
  });
}

export type AppRouter = ReturnType<typeof createAppRouter>;

declare module "@tanstack/react-router" {
  interface Register {
    router: AppRouter;
  }
}
