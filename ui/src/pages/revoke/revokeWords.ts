/** What ending every sign-in means before it is done, and how each stands while and after. */
import type { Light } from "../../components/HealthLight";
import type { Account, DisconnectAll, Disconnecting } from "../../ipc/bindings";

/** Accounts by who can end their access: Drawbridge, at the host, or only the person. */
export function byWhoEnds(accounts: readonly Account[]): { here: Account[]; byHand: Account[] } {
  return { here: accounts.filter((account) => account.revocable), byHand: accounts.filter((account) => !account.revocable) };
}

/** What is about to happen, in numbers. */
export function planSentence(accounts: readonly Account[], number: (value: number) => string): string {
  const { here, byHand } = byWhoEnds(accounts);
  const leave = `${accounts.length === 1 ? "The account leaves" : `All ${number(accounts.length)} accounts leave`} this vault, with everything only ${accounts.length === 1 ? "it" : "they"} can reach.`;
  if (here.length === 0) return `${leave} Drawbridge can end ${accounts.length === 1 ? "no access at its host" : "none of them at its host"}: that is left for you.`;
  const ended = `${number(here.length)} ${here.length === 1 ? "sign-in is" : "sign-ins are"} ended at ${here.length === 1 ? "its host" : "their hosts"} first.`;
  const rest = byHand.length === 0 ? "" : ` ${number(byHand.length)} only you can end, on the page of ${byHand.length === 1 ? "its host" : "their hosts"}.`;
  return `${ended}${rest} ${leave}`;
}

/** Where one of them stands. */
export type Standing = "next" | "ended" | "queued" | "left" | "kept";

export function standing({ receipt, problem }: Pick<Disconnecting, "receipt" | "problem">): Standing {
  if (problem) return "kept";
  if (!receipt) return "next";
  if (receipt.queued) return "queued";
  return receipt.revoked && receipt.page === null ? "ended" : "left";
}

export const STANDING_LIGHTS: Record<Standing, Light> = { next: "busy", ended: "ok", queued: "off", left: "stop", kept: "stop" };

/** The same in a sentence: what the receipt says, or why there is none. */
export function standingSentence({ receipt, problem }: Pick<Disconnecting, "receipt" | "problem">): string {
  if (problem) return [problem.message, problem.hint].filter(Boolean).join(" ");
  return receipt?.sentence ?? "Waits for its turn";
}

/** The groups of the receipts, what the person has to see to first. An empty one is not shown. */
export function receiptGroups(rows: readonly Disconnecting[]): { key: Standing; title: string; rows: Disconnecting[] }[] {
  return GROUPS.map((group) => ({ ...group, rows: rows.filter((row) => standing(row) === group.key) })).filter((group) => group.rows.length > 0);
}

const GROUPS: readonly { key: Standing; title: string }[] = [
  { key: "left", title: "Left for you" },
  { key: "kept", title: "Still here" },
  { key: "next", title: "Not reached yet" },
  { key: "queued", title: "Ended as soon as the host can be reached" },
  { key: "ended", title: "Ended" },
];

/** `3 of 8 sign-ins are through` */
export function progressWords({ rows }: Pick<DisconnectAll, "rows">, number: (value: number) => string): string {
  const through = rows.filter((row) => standing(row) !== "next").length;
  return `${number(through)} of ${number(rows.length)} ${rows.length === 1 ? "account is" : "accounts are"} through`;
}

/** What came of it, in numbers. */
export function outcomeTitle({ rows }: Pick<DisconnectAll, "rows">, number: (value: number) => string): string {
  const count = (which: Standing) => rows.filter((row) => standing(row) === which).length;
  const parts = [
    [count("ended"), "ended"],
    [count("queued"), count("queued") === 1 ? "waits for its host" : "wait for their hosts"],
    [count("left"), count("left") === 1 ? "is left for you" : "are left for you"],
    [count("kept") + count("next"), "could not be disconnected"],
  ] as const;
  const said = parts.filter(([many]) => many > 0).map(([many, words]) => `${number(many)} ${words}`);
  return said.length === 0 ? "There was nothing to end" : said.join(", ");
}
