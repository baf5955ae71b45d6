import { describe, expect, it } from "vitest";
import { ACTIONS } from "./actions";
import { caps, isSingle, matches, type Press } from "./keys";

const press = (key: string, part: Partial<Press> = {}): Press => ({
  key,
  code: /^[a-z]$/i.test(key) ? `Key${key.toUpperCase()}` : "",
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...part,
});

describe("matching a press", () => {
  it("wants exactly the modifiers that are named", () => {
    expect(matches(press("k", { ctrlKey: true }), "Mod+k", false)).toBe(true);
    expect(matches(press("k"), "Mod+k", false)).toBe(false);
    expect(matches(press("k", { ctrlKey: true, altKey: true }), "Mod+k", false)).toBe(false);
    expect(matches(press("K", { ctrlKey: true, shiftKey: true }), "Mod+k", false)).toBe(false);
    expect(matches(press("F6", { shiftKey: true }), "F6", false)).toBe(false);
    expect(matches(press("F6", { shiftKey: true }), "Shift+F6", false)).toBe(true);
  });
  it("takes the command key on a Mac, and Ctrl nowhere else", () => {
    expect(matches(press("k", { metaKey: true }), "Mod+k", true)).toBe(true);
    expect(matches(press("k", { ctrlKey: true }), "Mod+k", true)).toBe(false);
    expect(matches(press("k", { metaKey: true }), "Mod+k", false)).toBe(false);
  });
  it("takes a sign wherever the keyboard has it", () => {
    expect(matches(press("?", { shiftKey: true, code: "Slash" }), "?", false)).toBe(true);
    expect(matches(press("?", { shiftKey: true, code: "Minus" }), "?", false)).toBe(true);
    expect(matches(press("/", { shiftKey: true, code: "Digit7" }), "/", false)).toBe(true);
  });
  it("takes digits from the row of digits whatever they type there", () => {
    expect(matches(press("&", { ctrlKey: true, code: "Digit1" }), "Mod+1", false)).toBe(true);
  });
  it("takes a letter by its place where the script has no such letter", () => {
    expect(matches(press("л", { ctrlKey: true, code: "KeyK" }), "Mod+k", false)).toBe(true);
    expect(matches(press("c", { code: "KeyJ" }), "j", false)).toBe(false);
  });
});

describe("the keys of all actions", () => {
  it("are each used once where they work at the same time", () => {
    const taken = new Map<string, string>();
    for (const action of ACTIONS) {
      for (const shortcut of action.shortcuts ?? []) {
        expect(taken.get(shortcut), `${shortcut} means ${action.id} too`).toBeUndefined();
        taken.set(shortcut, action.id);
      }
    }
  });
  it("leave Delete alone: what destroys is never a key", () => {
    expect(ACTIONS.flatMap((action) => action.shortcuts ?? []).filter((shortcut) => /Delete|Backspace/.test(shortcut))).toEqual([]);
  });
  it("are drawn as the system draws them", () => {
    expect(caps("Mod+k", false)).toEqual(["Ctrl", "K"]);
    expect(caps("Mod+k", true)).toEqual(["⌘", "K"]);
    expect(caps("Alt+ArrowLeft", false)).toEqual(["Alt", "←"]);
    expect(caps("Shift+ArrowDown", false)).toEqual(["⇧", "↓"]);
    expect(caps(" ", false)).toEqual(["Space"]);
  });
  it("know which of them are letters alone", () => {
    expect(isSingle("x")).toBe(true);
    expect(isSingle("?")).toBe(true);
    expect(isSingle("Mod+x")).toBe(false);
    expect(isSingle("Enter")).toBe(false);
  });
});
