/** All keys in groups, for the sheet of keys and the settings. What is no action is written here. */
import { ACTIONS } from "./actions";
import { caps, isMac, type Shortcut } from "./keys";

export type KeyLine = { label: string; keys: readonly string[] };
export type KeyGroup = { title: string; keys: readonly KeyLine[] };

const WORDS: Record<string, string> = {
  sync: "Sync, or show what is newer",
  "open-site": "Open its page in the browser",
};

export function keyGroups(mac = isMac()): KeyGroup[] {
  const line = (label: string, ...shortcuts: Shortcut[]): KeyLine => ({
    label,
    keys: shortcuts.flatMap((shortcut, index) => [...(index > 0 ? ["or"] : []), ...caps(shortcut, mac)]),
  });
  const actions = (where: "anywhere" | "list") =>
    ACTIONS.filter((action) => action.shortcuts && (action.keysIn ?? "anywhere") === where && action.group !== "This repository").map(
      (action) => line(WORDS[action.id] ?? plain(action.id), ...(action.shortcuts ?? [])),
    );
  const repository = ACTIONS.filter((action) => action.shortcuts && action.group === "This repository").map((action) =>
    line(WORDS[action.id] ?? plain(action.id), ...(action.shortcuts ?? [])),
  );
  return [
    { title: "Anywhere", keys: actions("anywhere") },
    {
      title: "In the search field",
      keys: [
        line("Move in the list; the focus stays", "ArrowUp", "ArrowDown"),
        line("A page further", "PageUp", "PageDown"),
        line("Open the current row", "Enter"),
        line("Into the list", "Tab"),
        line("Empty the field, then leave it", "Escape"),
        line("On an empty field: turn the last filter back into text", "Backspace"),
      ],
    },
    {
      title: "In a list",
      keys: [
        line("Up, down", "ArrowUp", "ArrowDown"),
        line("Up, down", "k", "j"),
        line("First, last", "Home", "End"),
        ...actions("list"),
        line("Extend the selection", "Shift+ArrowUp", "Shift+ArrowDown"),
        line("Clear the selection, then the filters", "Escape"),
      ],
    },
    { title: "With a repository", keys: repository },
    {
      title: "Choices and dialogs",
      keys: [
        line("Choose", "1", "9"),
        line("Do what is marked", "Enter"),
        line("Change nothing", "Escape"),
      ],
    },
  ];
}

/** The label of an action that needs no scene to be worded. */
function plain(id: string): string {
  const action = ACTIONS.find((each) => each.id === id);
  return action?.label({ target: {} } as never) ?? id;
}
