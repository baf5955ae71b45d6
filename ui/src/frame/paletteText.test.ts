import { describe, expect, it } from "vitest";
import { ACTIONS } from "../actions/actions";
import type { Scene, Target } from "../actions/action";
import type { Account, Repository } from "../ipc/bindings";
import { findActions, readAsked } from "./paletteText";

const scene = (target: Target = {}) => ({ target, accounts: [{} as Account] }) as unknown as Scene;
const ids = (text: string, target?: Target) => findActions(ACTIONS, scene(target), text).map((action) => action.id);

describe("what the palette is asked", () => {
  it("is narrowed by its first letter", () => {
    expect(readAsked(" > lock ")).toEqual({ narrowed: "actions", text: "lock" });
    expect(readAsked("@mara")).toEqual({ narrowed: "accounts", text: "mara" });
    expect(readAsked("a > b")).toEqual({ narrowed: "all", text: "a > b" });
  });
});

describe("finding actions", () => {
  it("puts those that begin with the text first, then those that only mean it", () => {
    expect(ids("lock")[0]).toBe("lock");
    expect(ids("acc")[0]).toBe("go-accounts");
    expect(ids("acc")).toContain("connect");
    expect(ids("preferences")).toEqual(["open-settings"]);
  });
  it("wants every word", () => {
    expect(ids("dark colours")).toEqual(["theme-dark"]);
    expect(ids("dark elephants")).toEqual([]);
  });
  it("offers only what can be done now", () => {
    expect(ids("copy")).toEqual([]);
    const repository = { full_name: "a/b", web_url: "https://host.example/a/b", ssh_url: null } as Repository;
    expect(ids("copy", { repository: () => repository })).toEqual(["copy-address"]);
    expect(ids("", { repository: () => repository })).not.toContain("filter");
  });
  it("does not offer itself", () => {
    expect(ids("search or do anything")).not.toContain("palette");
  });
});
