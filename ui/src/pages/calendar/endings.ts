/** What ends when, in the groups of the calendar, and its words. */
import type { Light } from "../../components/HealthLight";
import type { Account, Ending } from "../../ipc/bindings";
import { dayName } from "../when";

/** A line of the calendar: something that ends, or an account that needs the person now. */
export type Entry = {
  key: string;
  /** Nothing for a credential that was typed in, or a client's secret. */
  account: string | null;
  sentence: string;
  light: Light;
  /** Nothing for what has no day: it is now. */
  ending?: Ending;
};

export type EntryGroup = { key: "needs" | "week" | "month" | "later" | "itself"; title: string; entries: Entry[] };

const WEEK = 7;
const MONTH = 31;
/** From so many days on an end is near enough to be marked. */
const SOON = 14;

/**
 * Puts what ends into groups, the nearest first; an empty group is left out. An account that waits for a
 * sign-in stands there once: what else of it ends no longer matters.
 */
export function entryGroups(endings: readonly Ending[], accounts: readonly Account[]): EntryGroup[] {
  const broken = accounts.filter((account) => account.health === "needs_you");
  const open = endings.filter((ending) => !broken.some((account) => account.id === ending.account));
  const byHand = open.filter((ending) => !ending.by_itself);
  const within = (from: number, to: number) => byHand.filter((ending) => !ending.over && ending.days_left >= from && ending.days_left < to).map(entry);
  const groups: EntryGroup[] = [
    {
      key: "needs",
      title: "Needs you",
      entries: [
        ...broken.map((account): Entry => ({ key: account.id, account: account.id, sentence: account.state, light: "stop" })),
        ...byHand.filter((ending) => ending.over).map(entry),
      ],
    },
    { key: "week", title: "This week", entries: within(0, WEEK) },
    { key: "month", title: "This month", entries: within(WEEK, MONTH) },
    { key: "later", title: "Later", entries: within(MONTH, Infinity) },
    { key: "itself", title: "Looks after itself", entries: open.filter((ending) => ending.by_itself).map(entry) },
  ];
  return groups.filter((group) => group.entries.length > 0);
}

function entry(ending: Ending): Entry {
  return {
    key: `${ending.account ?? ending.credential ?? ending.client} ${ending.kind} ${ending.at}`,
    account: ending.account,
    sentence: ending.sentence,
    light: endingLight(ending),
    ending,
  };
}

/** The shape of an end: how near it is, unless nobody has to do anything. */
export function endingLight(ending: Pick<Ending, "by_itself" | "over" | "days_left">): Light {
  if (ending.by_itself) return "ok";
  if (ending.over) return "stop";
  return ending.days_left < SOON ? "soon" : "ok";
}

/** How long until then: `today`, `1 day`, `10 days`, `over`. */
export function leftWords(ending: Pick<Ending, "by_itself" | "over" | "days_left">): string {
  // What renews itself is renewed when it is used next, so that being over is nothing to worry about.
  if (ending.over) return ending.by_itself ? "renewed at its next use" : "over";
  if (ending.days_left === 0) return "in less than a day";
  return ending.days_left === 1 ? "in 1 day" : `in ${ending.days_left} days`;
}

/** The day something ends: `Today`, `Tomorrow`, `4 December`. */
export function dueDay(at: Date, now: Date, locale?: string): string {
  const tomorrow = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1);
  return at.toDateString() === tomorrow.toDateString() ? "Tomorrow" : dayName(at, now, locale);
}

/** What the person has to see to, in one line. */
export function countSentence(groups: readonly EntryGroup[], number: (value: number) => string): string {
  const count = (...keys: EntryGroup["key"][]) =>
    groups.filter((group) => keys.includes(group.key)).reduce((sum, group) => sum + group.entries.length, 0);
  const needs = count("needs");
  const soon = count("week", "month");
  const first = needs === 0 ? "" : needs === 1 ? "1 needs you" : `${number(needs)} need you`;
  const second = soon === 0 ? "" : `${number(soon)} ${soon === 1 ? "ends" : "end"} within a month`;
  return [first, second].filter(Boolean).join("; ") || "Nothing ends within a month";
}
