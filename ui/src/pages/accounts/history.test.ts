import { expect, it } from "vitest";
import type { AccountEvent, SyncRun } from "../../ipc/bindings";
import { historyLines } from "./history";

const account = { connected_at: "2026-03-12T09:00:00Z", kind: "oauth" } as const;
const event = (at: string, kind: string): AccountEvent => ({ at, kind, sentence: kind });
const run = (started_at: string, outcome: SyncRun["outcome"]) => ({ id: 1, started_at, outcome, sentence: outcome }) as SyncRun;

it("puts access and syncs into one order of time, newest first, connecting last", () => {
  const lines = historyLines(account, [event("2026-11-23T18:20:00Z", "needs_sign_in"), event("2026-11-23T10:20:00Z", "renewed")], [run("2026-11-23T18:05:00Z", "stopped")]);
  expect(lines.map((line) => line.sentence)).toEqual(["needs_sign_in", "stopped", "renewed", "Connected by browser sign-in"]);
});

it("says the first sign-in once, and a later one for itself", () => {
  const lines = historyLines(account, [event("2026-06-01T09:00:00Z", "signed_in"), event("2026-03-12T09:00:02Z", "signed_in")], []);
  expect(lines.map((line) => line.at)).toEqual(["2026-06-01T09:00:00Z", account.connected_at]);
});

it("gives each kind a shape, and one it does not know none", () => {
  const kinds = ["signed_in", "renewed", "not_renewed", "reply_lost", "needs_sign_in", "of a newer keeper"];
  const lines = historyLines(account, kinds.map((kind) => event("2026-06-01T09:00:00Z", kind)), []);
  expect(lines.slice(0, -1).map((line) => line.light?.light)).toEqual(["ok", "ok", "off", "soon", "stop", undefined]);
});

it("names how it was connected", () => {
  const last = (kind: "oauth" | "token" | "basic") => historyLines({ ...account, kind }, [], []).at(-1)?.sentence;
  expect(new Set([last("oauth"), last("token"), last("basic")]).size).toBe(3);
});
