import type { RunOutcome, SyncRun } from "../../ipc/bindings";
import type { Light } from "../../components/HealthLight";

/** One day's runs, in the order they came. */
export type Day = { key: string; start: Date; runs: SyncRun[] };

/** Puts runs under their days, by the clock on the wall. */
export function byDay(runs: readonly SyncRun[]): Day[] {
  const days: Day[] = [];
  for (const run of runs) {
    const at = new Date(run.started_at);
    const start = new Date(at.getFullYear(), at.getMonth(), at.getDate());
    const last = days.at(-1);
    if (last?.start.getTime() === start.getTime()) last.runs.push(run);
    else days.push({ key: start.toDateString(), start, runs: [run] });
  }
  return days;
}

/** What is shown: everything, what changed something, what went wrong. */
export type Show = "all" | "changes" | "problems";

/** The filter as the backend takes it. */
export function asQuery(show: Show): { only_changes: boolean; only_problems: boolean } {
  return { only_changes: show === "changes", only_problems: show === "problems" };
}

/** The shape of an outcome. */
export function outcomeLight(outcome: RunOutcome): Light {
  switch (outcome) {
    case "unchanged":
    case "changed":
      return "ok";
    case "held_back":
    case "stopped":
      return "soon";
    case "needs_you":
      return "stop";
    case "unreachable":
    case "interrupted":
      return "off";
  }
}

/** How long it took: `0.2 s`, `41 s`, `3 min`. */
export function took(milliseconds: number, format: (number: number, digits: number) => string): string {
  const seconds = milliseconds / 1000;
  if (seconds < 100) return `${format(seconds, 1)} s`;
  return `${format(seconds / 60, 0)} min`;
}

/** The requests of today, and how many of them were free. */
export function requestsOn(day: Date, runs: readonly SyncRun[]): { requests: number; unmodified: number } {
  const sum = { requests: 0, unmodified: 0 };
  for (const run of runs) {
    if (new Date(run.started_at).toDateString() !== day.toDateString()) continue;
    sum.requests += run.requests;
    sum.unmodified += run.unmodified;
  }
  return sum;
}

/** An outcome in a word or two, for those who do not see the shape. */
export const OUTCOME_WORDS: Record<RunOutcome, string> = {
  unchanged: "Nothing new",
  changed: "Changed",
  held_back: "Held back",
  stopped: "Stopped",
  needs_you: "Needs you",
  unreachable: "Not reachable",
  interrupted: "Interrupted",
};

/** What the requests of a day cost. */
export function requestSentence(requests: number, unmodified: number, format: (number: number) => string): string {
  if (requests === 0) return "No requests today";
  const sent = `${format(requests)} ${requests === 1 ? "request" : "requests"} today`;
  if (unmodified === 0) return sent;
  return `${sent}; ${format(unmodified)} ${unmodified === 1 ? "was" : "were"} answered “unchanged”, which costs nothing`;
}
