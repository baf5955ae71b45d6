/** Every action, once. Palette, menus, keys and the sheet of keys read this list and nothing else. */
import type { Action, Scene } from "./action";
import { LOCALE } from "../text/locale";

const always = () => true;
const onList = ({ target }: Scene) => target.list !== undefined;
const onRepository = ({ target }: Scene) => target.repository?.() !== undefined;
const onAccount = ({ target }: Scene) => target.shown !== undefined;
const inVault = ({ security }: Scene) => security !== undefined;
const hasPassphrase = (security: Scene["security"]) => security?.slots.some(({ kind }) => kind === "passphrase" || kind === "both") ?? false;
const onView = ({ target }: Scene) => target.list?.view() !== undefined;
/** More pages than this at once are a slip of the hand. */
const PAGES_AT_ONCE = 10;
const withinReach = (count: number) => count > 0 && count <= PAGES_AT_ONCE;
const withSelection = ({ target }: Scene) => (target.list?.selected() ?? 0) > 0;

function page(id: string, label: string, to: "/" | "/accounts" | "/sources" | "/calendar" | "/activity" | "/settings", icon: Action["icon"], key: string): Action {
  return {
    id: `go-${id}`,
    group: "Go to",
    label: () => label,
    icon,
    shortcuts: [key],
    when: always,
    run: ({ navigate }) => void navigate({ to }),
  };
}

export const ACTIONS: readonly Action[] = [
  {
    id: "palette",
    group: "Do",
    label: () => "Search or do anything",
    icon: "search",
    shortcuts: ["Mod+k"],
    when: always,
    run: ({ openPalette }) => openPalette(),
  },
  page("repositories", "Repositories", "/", "repos", "Mod+1"),
  page("accounts", "Accounts", "/accounts", "accounts", "Mod+2"),
  page("activity", "Activity", "/activity", "activity", "Mod+3"),
  page("settings", "Settings", "/settings", "settings", "Mod+4"),
  // The last of the digits, so that the others go on meaning what they meant.
  page("calendar", "Calendar", "/calendar", "calendar", "Mod+5"),
  page("sources", "Sources", "/sources", "folder", "Mod+6"),
  {
    id: "add-source",
    group: "Do",
    label: () => "Add a source…",
    icon: "plus",
    also: "template skill dev container workflow gallery",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/sources", search: { ask: "add" } }),
  },
  {
    id: "search-hosts",
    group: "Do",
    label: ({ target }) => {
      const words = target.list?.searched() ?? "";
      return words === "" ? "Search the hosts" : `Search the hosts for “${words}”`;
    },
    icon: "globe",
    shortcuts: ["Mod+Shift+f"],
    also: "find elsewhere import not listed remote",
    when: ({ accounts }) => accounts.some(({ searches }) => searches),
    run: ({ target, navigate, searchHosts }) => {
      const words = target.list?.searched() ?? "";
      if (words === "") void navigate({ to: "/hosts" });
      else searchHosts(words);
    },
  },
  {
    id: "why-missing",
    group: "Do",
    label: () => "Why is a repository missing?",
    icon: "search",
    also: "import find not listed",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/missing" }),
  },
  {
    id: "removed",
    group: "Go to",
    label: () => "Removed repositories",
    icon: "repos",
    also: "gone restore bring back",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/removed" }),
  },
  {
    id: "connect",
    group: "Do",
    label: () => "Connect an account",
    icon: "plus",
    shortcuts: ["Mod+n"],
    also: "sign in add",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/connect" }),
  },
  {
    id: "add-client",
    group: "Do",
    label: () => "Add a client",
    icon: "plus",
    also: "oauth app register settings",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/connect", search: { from: "settings" } }),
  },
  {
    id: "clients",
    group: "Do",
    label: () => "Choose which client is taken first",
    icon: "key",
    also: "oauth app prefer remove clients settings",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/settings", search: { section: "clients" } }),
  },
  {
    id: "credentials",
    group: "Do",
    label: () => "Bring a key, headers or a password",
    icon: "key",
    also: "ssh credential api basic secret settings",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/settings", search: { section: "credentials" } }),
  },
  {
    id: "lock",
    group: "Do",
    label: () => "Lock the vault",
    icon: "lock",
    shortcuts: ["Mod+l"],
    also: "close",
    when: always,
    run: ({ lock }) => lock(),
  },
  {
    id: "back-up",
    group: "Do",
    label: () => "Back up now",
    icon: "clock",
    also: "backup copy vault security",
    when: inVault,
    run: ({ backUp }) => backUp(),
  },
  {
    id: "check-vault",
    group: "Do",
    label: () => "Check the vault",
    icon: "check",
    also: "verify sound damaged security",
    when: inVault,
    run: ({ navigate }) => void navigate({ to: "/settings", search: { section: "security", ask: "check" } }),
  },
  {
    id: "recovery-code",
    group: "Do",
    label: () => "Make a recovery code",
    icon: "key",
    also: "print security",
    when: inVault,
    run: ({ begin }) => begin({ what: "recovery" }),
  },
  {
    id: "passphrase",
    group: "Do",
    label: ({ security }) => (hasPassphrase(security) ? "Change the passphrase" : "Add a passphrase"),
    icon: "pass",
    also: "password security",
    when: inVault,
    run: ({ navigate }) => void navigate({ to: "/settings", search: { section: "security", ask: "passphrase" } }),
  },
  {
    id: "renew-keys",
    group: "Do",
    label: () => "Renew the vault’s keys",
    icon: "refresh",
    also: "new keys seal security",
    when: inVault,
    run: ({ begin }) => begin({ what: "renew" }),
  },
  {
    id: "revoke-everything",
    group: "Do",
    label: () => "Revoke everything…",
    icon: "warn",
    also: "lost stolen computer laptop disconnect all accounts end sign-ins security",
    when: ({ accounts }) => accounts.length > 0,
    run: ({ navigate }) => void navigate({ to: "/revoke" }),
  },
  {
    id: "open-settings",
    group: "Do",
    label: () => "Change settings",
    icon: "settings",
    shortcuts: ["Mod+,"],
    also: "preferences options",
    when: always,
    run: ({ navigate }) => void navigate({ to: "/settings" }),
  },
  {
    id: "search",
    group: "Do",
    label: () => "Search repositories",
    icon: "search",
    shortcuts: ["Mod+f", "/"],
    also: "find",
    when: always,
    run: ({ target, navigate }) => {
      // The page puts the focus into its field on arrival.
      if (target.focusSearch) target.focusSearch();
      else void navigate({ to: "/" });
    },
  },
  {
    id: "keys",
    group: "Do",
    label: () => "Show all keys",
    icon: "pass",
    shortcuts: ["?"],
    also: "keyboard shortcuts help",
    when: always,
    run: ({ openKeys }) => openKeys(),
  },
  {
    id: "back",
    group: "Go to",
    label: () => "Back",
    icon: "left",
    shortcuts: ["Alt+ArrowLeft"],
    when: always,
    run: ({ back }) => back(),
  },
  {
    id: "next-region",
    group: "Go to",
    label: () => "Next region of the window",
    icon: "right",
    shortcuts: ["F6"],
    when: always,
    run: () => focusRegion(1),
  },
  {
    id: "previous-region",
    group: "Go to",
    label: () => "Previous region of the window",
    icon: "left",
    shortcuts: ["Shift+F6"],
    when: always,
    run: () => focusRegion(-1),
  },
  {
    id: "sync",
    group: "Do",
    label: ({ target }) => (target.list?.waiting() ? "Show what is newer" : target.account === undefined ? "Sync all" : "Sync this account"),
    icon: "refresh",
    shortcuts: ["r"],
    also: "refresh read again",
    when: ({ accounts, target }) =>
      target.account === undefined ? accounts.some(({ lists }) => lists) : accounts.some(({ id, lists }) => id === target.account && lists),
    run: ({ target, sync }) => {
      if (target.list?.waiting()) target.list.showWaiting();
      else sync(target.account ?? null);
    },
  },
  {
    id: "rename-account",
    group: "This account",
    label: () => "Rename…",
    icon: "edit",
    shortcuts: ["F2"],
    also: "name label call",
    when: onAccount,
    run: ({ target }) => target.shown?.rename(),
  },
  {
    id: "check-account",
    group: "This account",
    label: () => "Check now",
    icon: "check",
    shortcuts: ["Shift+v"],
    also: "verify access works test",
    when: onAccount,
    run: ({ target }) => target.shown?.check(),
  },
  {
    id: "renew-account",
    group: "This account",
    label: () => "Renew now",
    icon: "refresh",
    shortcuts: ["Shift+r"],
    also: "refresh access token",
    when: ({ target }) => target.shown?.renews ?? false,
    run: ({ target }) => target.shown?.renew(),
  },
  {
    id: "add-missing",
    group: "This account",
    label: () => "Add what is missing",
    icon: "plus",
    shortcuts: ["Shift+m"],
    also: "scopes rights ask again",
    when: ({ target }) => target.shown?.lacks ?? false,
    run: ({ target }) => target.shown?.addMissing(),
  },
  {
    id: "open-repository",
    group: "This repository",
    label: () => "Open its page",
    icon: "right",
    shortcuts: ["Enter"],
    keysIn: "list",
    when: (scene) => onList(scene) && onRepository(scene),
    run: ({ target }) => target.list?.openCurrent(),
  },
  {
    id: "copy-address",
    group: "This repository",
    label: () => "Copy its address",
    icon: "copy",
    shortcuts: ["c"],
    also: "clone https",
    when: onRepository,
    run: ({ target, copy }) => {
      const repository = target.repository?.();
      if (repository) copy(repository.clone_url);
    },
  },
  {
    id: "copy-ssh-address",
    group: "This repository",
    label: () => "Copy its SSH address",
    icon: "copy",
    also: "clone git",
    when: ({ target }) => target.repository?.()?.ssh_url != null,
    run: ({ target, copy }) => {
      const address = target.repository?.()?.ssh_url;
      if (address) copy(address);
    },
  },
  {
    id: "clone",
    group: "This repository",
    label: () => "Clone…",
    icon: "down",
    shortcuts: ["Shift+c"],
    also: "git folder download",
    when: onRepository,
    run: ({ target, openClone }) => {
      const repository = target.repository?.();
      if (repository) openClone({ sources: { kind: "one", repository: { kind: "id", id: repository.id } } });
    },
  },
  {
    id: "open-site",
    group: "This repository",
    label: ({ target }) => `Open at ${siteOf(target.repository?.()?.web_url)}`,
    icon: "ext",
    shortcuts: ["o"],
    also: "browser site page",
    when: onRepository,
    run: ({ target, openSite }) => {
      const repository = target.repository?.();
      if (repository) openSite(repository.id);
    },
  },
  {
    id: "filter",
    group: "The list",
    label: () => "Filter the list",
    icon: "plus",
    shortcuts: ["f"],
    keysIn: "list",
    when: onList,
    run: ({ target }) => target.list?.openFilters(),
  },
  {
    id: "sort",
    group: "The list",
    label: () => "Sort the list",
    icon: "down",
    shortcuts: ["s"],
    keysIn: "list",
    also: "order",
    when: onList,
    run: ({ target }) => target.list?.openSort(),
  },
  {
    id: "columns",
    group: "The list",
    label: () => "Choose columns",
    icon: "settings",
    shortcuts: ["Shift+s"],
    keysIn: "list",
    also: "size created description language",
    when: onList,
    run: ({ target }) => target.list?.openColumns(),
  },
  {
    id: "owners",
    group: "The list",
    label: () => "Show or hide the owners",
    icon: "folder",
    shortcuts: ["t"],
    keysIn: "list",
    also: "tree organisations groups side",
    when: onList,
    run: ({ target }) => target.list?.toggleOwners(),
  },
  {
    id: "save-view",
    group: "The list",
    label: () => "Keep this list as a view…",
    icon: "plus",
    shortcuts: ["Mod+s"],
    keysIn: "list",
    also: "save search filters",
    when: onList,
    run: ({ target }) => target.list?.saveView(),
  },
  {
    id: "rename-view",
    group: "The list",
    label: ({ target }) => `Rename the view ${target.list?.view()?.name ?? ""}…`,
    icon: "edit",
    shortcuts: ["Shift+F2"],
    keysIn: "list",
    when: onView,
    run: ({ target }) => target.list?.renameView(),
  },
  {
    id: "remove-view",
    group: "The list",
    label: ({ target }) => `Remove the view ${target.list?.view()?.name ?? ""}`,
    icon: "x",
    also: "delete",
    when: onView,
    run: ({ target }) => target.list?.removeView(),
  },
  {
    id: "inspector",
    group: "The list",
    label: () => "Show or hide the details",
    icon: "side",
    shortcuts: ["i"],
    keysIn: "list",
    also: "inspector side",
    when: onList,
    run: ({ target }) => target.list?.toggleInspector(),
  },
  {
    id: "row-menu",
    group: "The list",
    label: () => "What can be done with this row",
    icon: "more",
    shortcuts: ["."],
    keysIn: "list",
    when: (scene) => onList(scene) && onRepository(scene),
    run: ({ target }) => target.list?.openMenu(),
  },
  {
    id: "select",
    group: "The list",
    label: () => "Select this row",
    icon: "check",
    shortcuts: ["x", " "],
    keysIn: "list",
    when: (scene) => onList(scene) && onRepository(scene),
    run: ({ target }) => target.list?.toggleSelected(),
  },
  {
    id: "select-all",
    group: "The list",
    label: () => "Select all that match",
    icon: "check",
    shortcuts: ["Mod+a"],
    keysIn: "list",
    when: onList,
    run: ({ target }) => target.list?.selectAll(),
  },
  {
    id: "copy-selected",
    group: "The selection",
    label: ({ target }) => `Copy ${(target.list?.selected() ?? 0).toLocaleString(LOCALE)} addresses`,
    icon: "copy",
    when: withSelection,
    run: ({ target }) => target.list?.copySelected(),
  },
  {
    id: "clone-selected",
    group: "The selection",
    label: ({ target }) => `Clone ${(target.list?.selected() ?? 0).toLocaleString(LOCALE)}…`,
    icon: "down",
    also: "git folder download",
    when: withSelection,
    run: ({ target }) => target.list?.cloneSelected(),
  },
  {
    id: "clone-all",
    group: "The list",
    label: () => "Clone all of this view…",
    icon: "down",
    also: "git folder download everything",
    when: onList,
    run: ({ target }) => target.list?.cloneAll(),
  },
  {
    id: "copy-selected-csv",
    group: "The selection",
    label: () => "Copy as a table (CSV)",
    icon: "copy",
    also: "export spreadsheet list",
    when: withSelection,
    run: ({ target }) => target.list?.copySelected("csv"),
  },
  {
    id: "copy-selected-json",
    group: "The selection",
    label: () => "Copy as JSON",
    icon: "copy",
    also: "export list",
    when: withSelection,
    run: ({ target }) => target.list?.copySelected("json"),
  },
  {
    id: "open-selected",
    group: "The selection",
    label: ({ target }) => `Open ${(target.list?.selected() ?? 0).toLocaleString(LOCALE)} at their hosts`,
    icon: "ext",
    also: "browser site pages",
    when: ({ target }) => withinReach(target.list?.selected() ?? 0),
    run: ({ target }) => target.list?.openSelected(),
  },
  {
    id: "clear-selection",
    group: "The selection",
    label: () => "Clear the selection",
    icon: "x",
    when: withSelection,
    run: ({ target }) => target.list?.clearSelection(),
  },
  ...(["system", "light", "dark"] as const).map(
    (theme): Action => ({
      id: `theme-${theme}`,
      group: "Do",
      label: () => (theme === "system" ? "Use the system’s colours" : `Use ${theme} colours`),
      icon: "settings",
      also: "theme appearance mode",
      when: always,
      run: ({ setTheme }) => setTheme(theme),
    }),
  ),
  {
    id: "quit",
    group: "Do",
    label: () => "Quit Drawbridge",
    icon: "x",
    also: "exit close end",
    when: always,
    run: ({ platform }) => void platform.quitApp(),
  },
];

function siteOf(address: string | undefined): string {
  try {
    return new URL(address ?? "").host;
  } catch {
    return "its site";
  }
}

/** Puts the focus into the next part of the window: rail, head, list, inspector. */
function focusRegion(by: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>("[data-region]")].filter((region) => first(region));
  const at = regions.findIndex((region) => region.contains(document.activeElement));
  const next = regions[(at + by + regions.length) % regions.length];
  if (next) first(next)?.focus();
}

function first(region: HTMLElement): HTMLElement | null {
  const within = "[tabindex='0'], a[href], button:not([tabindex='-1']), input:not([tabindex='-1'])";
  return region.matches("[tabindex='0']") ? region : region.querySelector<HTMLElement>(within);
}
