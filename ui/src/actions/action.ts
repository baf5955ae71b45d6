/** What an action is: something a person can do, with its name, key and place, defined once for all who offer it. */
import type { UseNavigateResult } from "@tanstack/react-router";
import type { IconName } from "../components/Icon";
import type { CloneAsk } from "../frame/cloneAsk";
import type { Errand } from "../frame/ErrandContext";
import type { Account, Repository, Settings, VaultSecurity } from "../ipc/bindings";
import type { Platform } from "../ipc/platform";
import type { Shortcut } from "./keys";

/** What the list of repositories lets actions do with it. */
export type ListTarget = {
  /** The words that are searched for, without the filters. */
  searched(): string;
  /** How many are selected. */
  selected(): number;
  toggleInspector(): void;
  openFilters(): void;
  openSort(): void;
  openMenu(): void;
  toggleSelected(): void;
  selectAll(): void;
  clearSelection(): void;
  copySelected(as?: "addresses" | "csv" | "json"): void;
  cloneSelected(): void;
  /** Copies everything that the list finds, however much of it is shown. */
  cloneAll(): void;
  /** Opens the pages of what is selected, if that is few. */
  openSelected(): void;
  openColumns(): void;
  toggleOwners(): void;
  /** The view the list began with. */
  view(): { name: string } | undefined;
  saveView(): void;
  renameView(): void;
  removeView(): void;
  openCurrent(): void;
  /** Whether newer rows wait to be shown. */
  waiting(): boolean;
  showWaiting(): void;
};

/** What the page of an account lets actions do with it. */
export type AccountTarget = {
  name: string;
  /** Whether its access can be renewed without the person. */
  renews: boolean;
  /** Whether something was asked for and not granted. */
  lacks: boolean;
  rename(): void;
  renew(): void;
  check(): void;
  addMissing(): void;
};

/** What a page offers to actions while it is shown. */
export type Target = {
  list?: ListTarget;
  /** The repository an action would be about: the current row, or the page's. */
  repository?(): Repository | undefined;
  /** The account the page is about. */
  account?: string;
  /** What the page of an account lets actions do with it. */
  shown?: AccountTarget;
  focusSearch?(): void;
};

/** Where an action is done: everything it may look at and use. */
export type Scene = {
  platform: Platform;
  navigate: UseNavigateResult<string>;
  back: () => void;
  target: Target;
  accounts: readonly Account[];
  settings: Settings | undefined;
  /** How the vault opens and where its backups are; nothing until that was read. */
  security: VaultSecurity | undefined;
  /** Whether the focus is in the list's grid. */
  inList: boolean;
  openPalette: (text?: string) => void;
  openKeys: () => void;
  lock: () => void;
  /** Gives the window to something that has it to itself; its end leads back here. */
  begin: (errand: Errand) => void;
  backUp: () => void;
  sync: (account: string | null) => void;
  copy: (text: string) => void;
  /** Sends words to the hosts, and shows what they answer. */
  searchHosts: (text: string) => void;
  /** Asks where copies are to go, or shows how far one is. */
  openClone: (asked: CloneAsk) => void;
  openSite: (repository: number) => void;
  setTheme: (theme: "system" | "light" | "dark") => void;
};

export type ActionGroup = "Go to" | "Do" | "This repository" | "This account" | "The list" | "The selection";

export type Action = {
  id: string;
  group: ActionGroup;
  label(scene: Scene): string;
  icon: IconName;
  /** The first one is drawn; all of them work. */
  shortcuts?: readonly Shortcut[];
  /** Where its keys work: everywhere, or only while the list has the focus. */
  keysIn?: "anywhere" | "list";
  /** Words that find it beside its label. */
  also?: string;
  when(scene: Scene): boolean;
  run(scene: Scene): void;
};
