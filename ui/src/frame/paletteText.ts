/** What the palette finds among actions, and what its first letter narrows it to. */
import type { Action, Scene } from "../actions/action";
import { fold, wordsOf } from "../text/marking";

export type Asked = { narrowed: "all" | "actions" | "accounts"; text: string };

/** `>` narrows to actions, `@` to accounts. */
export function readAsked(text: string): Asked {
  const trimmed = text.trimStart();
  if (trimmed.startsWith(">")) return { narrowed: "actions", text: trimmed.slice(1).trim() };
  if (trimmed.startsWith("@")) return { narrowed: "accounts", text: trimmed.slice(1).trim() };
  return { narrowed: "all", text: trimmed.trimEnd() };
}

/** The actions that can be done now and hold every word, those that begin with the text first. */
export function findActions(actions: readonly Action[], scene: Scene, text: string): Action[] {
  const words = wordsOf(text);
  return actions
    .filter((action) => action.id !== "palette" && action.when(scene))
    .map((action, index) => ({ action, index, rank: rank(action, scene, words) }))
    .filter((each) => each.rank !== undefined)
    .sort((one, other) => (one.rank ?? 0) - (other.rank ?? 0) || one.index - other.index)
    .map((each) => each.action);
}

/** Lower is better: begins the label, begins a word of it, is in it, is only in the words beside it. */
function rank(action: Action, scene: Scene, words: readonly string[]): number | undefined {
  const label = fold(action.label(scene));
  const also = fold(`${action.also ?? ""} ${action.group}`);
  let worst = 0;
  for (const word of words) {
    const one = label.startsWith(word) ? 0 : label.includes(` ${word}`) ? 1 : label.includes(word) ? 2 : also.includes(word) ? 3 : undefined;
    if (one === undefined) return undefined;
    worst = Math.max(worst, one);
  }
  return worst;
}
