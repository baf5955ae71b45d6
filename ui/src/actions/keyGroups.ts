/** All keys in groups, for the sheet of keys and the settings. What is no action is written here. */
import type { Action, Scene } from "./action";
import { ACTIONS } from "./actions";
import { caps, isMac, type Shortcut } from "./keys";

export type KeyLine = { label: string; keys: readonly string[] };
export type KeyGroup = { title: string; keys: readonly KeyLine[] };

const WORDS: Record<string, string> = {
  sync: "Sync, or show what is newer",
  "rename-view": "Rename the view that is shown",
  "open-site": "Open its page in the browser",
};

/** Words between key caps. */
export const JOINING: ReadonlySet<string> = new Set(["or", "to"]);

export function keyGroups(mac = isMac()): KeyGroup[] {
  const line = (label: string, ...keys: Shortcut[]): KeyLine => ({
    label,
    keys: keys.flatMap((key) => (JOINING.has(key) ? [key] : caps(key, mac))),
  });
  const actions = (chosen: (action: Action) => boolean) =>
    ACTIONS.filter((action) => action.shortcuts && chosen(action)).map((action) =>
      line(
        WORDS[action.id] ?? plain(action),
        ...(action.shortcuts ?? []).flatMap((shortcut, index) => (index > 0 ? ["or", shortcut] : [shortcut])),
      ),
    );
  const aboutAccount = (action: Action) => action.group === "This account";
  const aboutRepository = (action: Action) => action.group === "This repository";
  return [
    { title: "Anywhere", keys: actions((action) => action.keysIn !== "list" && !aboutRepository(action) && !aboutAccount(action)) },
    {
      title: "In the search field",
      keys: [
        line("Move in the list; the focus stays", "ArrowUp", "ArrowDown", "PageUp", "PageDown"),
        line("Open the current row", "Enter"),
        line("Into the list", "Tab"),
        line("Empty the field, then leave it", "Escape"),
        line("In the empty field: turn the last filter back into text", "Backspace"),
      ],
    },
    {
      title: "In a list",
      keys: [
        line("Down, up", "ArrowDown", "ArrowUp", "or", "j", "k"),
        line("First, last", "Home", "End"),
        ...actions((action) => action.keysIn === "list" && !aboutRepository(action)),
        line("Extend the selection", "Shift+ArrowDown", "or", "Shift+ArrowUp"),
        line("Clear the selection, then the filters", "Escape"),
      ],
    },
    {
      title: "With a repository",
      keys: [...actions(aboutRepository), line("On its page: next, previous in the list", "j", "k")],
    },
    { title: "On an account’s page", keys: actions(aboutAccount) },
    {
      title: "Choices and dialogs",
      keys: [line("Choose", "1", "to", "9"), line("Do what is marked", "Enter"), line("Change nothing", "Escape")],
    },
  ];
}

/** The label of an action where nothing is shown that could change it. */
function plain(action: Action): string {
  return action.label({ target: {} } as Scene);
}
