/** What happened to an account, as lines: its access and its syncs in one order of time. */
import type { Light } from "../../components/HealthLight";
import type { Account, AccountEvent, SyncRun } from "../../ipc/bindings";
import { OUTCOME_WORDS, outcomeLight } from "../activity/days";
import { CONNECTED_WORDS } from "./groups";

export type Line = {
  key: string;
  at: string;
  sentence: string;
  /** Nothing where a shape would only repeat the words. */
  light?: { light: Light; name: string };
  /** Whether nothing came of it. */
  quiet: boolean;
};

const LIGHTS: Readonly<Record<string, { light: Light; name: string }>> = {
  signed_in: { light: "ok", name: "Signed in" },
  renewed: { light: "ok", name: "Renewed" },
  not_renewed: { light: "off", name: "Not renewed" },
  reply_lost: { light: "soon", name: "Reply lost" },
  needs_sign_in: { light: "stop", name: "Needs you" },
};

/** Within this time the first sign-in and the connecting are one thing. */
const SAME_MS = 60_000;

/** All lines, newest first; the last one says how the account came here. */
export function historyLines(
  account: Pick<Account, "connected_at" | "kind">,
  events: readonly AccountEvent[],
  runs: readonly SyncRun[],
): Line[] {
  const connected = Date.parse(account.connected_at);
  const isConnecting = (event: AccountEvent) => event.kind === "signed_in" && Math.abs(Date.parse(event.at) - connected) < SAME_MS;
  const lines: Line[] = [
    ...events
      .filter((event) => !isConnecting(event))
      .map((event, index): Line => {
        const light = LIGHTS[event.kind];
        return { key: `event-${index}`, at: event.at, sentence: event.sentence, quiet: false, ...(light ? { light } : {}) };
      }),
    ...runs.map(
      (run): Line => ({
        key: `run-${run.id}`,
        at: run.started_at,
        sentence: run.sentence,
        light: { light: outcomeLight(run.outcome), name: OUTCOME_WORDS[run.outcome] },
        quiet: run.outcome === "unchanged",
      }),
    ),
  ];
  lines.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return [...lines, { key: "connected", at: account.connected_at, sentence: CONNECTED_WORDS[account.kind], quiet: false }];
}
