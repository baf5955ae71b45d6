import type { SyncProgress } from "../../ipc/bindings";
import { clockTime } from "../when";

/** How far a running sync is, as a sentence. */
export function progressSentence(progress: SyncProgress, number: (value: number) => string): string {
  switch (progress.stage) {
    case "queued":
      return "In line behind the others";
    case "reading":
      if (progress.expected !== null) return `Reading, ${number(progress.repositories)} of ${number(progress.expected)}`;
      return progress.repositories > 0 ? `Reading, ${number(progress.repositories)} so far` : "Reading";
    case "waiting":
      return progress.until === null ? "The host asked to wait" : `The host asked to wait until ${clockTime(new Date(progress.until))}`;
    case "saving":
      return `Saving ${number(progress.repositories)} repositories`;
  }
}

/** How far it is between 0 and 1; nothing while that is not known. */
export function fraction(progress: SyncProgress): number | undefined {
  if (progress.stage === "saving") return 1;
  const [done, all] =
    progress.expected !== null ? [progress.repositories, progress.expected] : [progress.pages, progress.expected_pages ?? 0];
  return all > 0 ? Math.min(1, done / all) : undefined;
}
