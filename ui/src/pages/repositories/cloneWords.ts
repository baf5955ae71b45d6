/** What is said about copies of repositories. */
import type { ClonePlan, CloneRun, CloneStage, CloneStep } from "../../ipc/bindings";
import { size } from "../../text/when";
import { number } from "../when";

const repositories = (count: number) => (count === 1 ? "1 repository" : `${number(count)} repositories`);
const are = (count: number) => `${number(count)} ${count === 1 ? "is" : "are"}`;

/** What would be done, in sentences. */
export function planSentence({ total, to_clone, present, colliding, impossible, size_kib }: ClonePlan): string {
  const parts = [`${repositories(to_clone)} to clone${to_clone > 0 ? `, about ${size(size_kib)} at the host` : ""}.`];
  if (present > 0) parts.push(total === 1 ? "It is there already." : `${are(present)} there already.`);
  if (colliding > 0) parts.push(`${number(colliding)} ${colliding === 1 ? "has" : "have"} something else in the way.`);
  if (impossible > 0) parts.push(`${number(impossible)} can’t be cloned.`);
  return parts.join(" ");
}

const STAGES: Record<CloneStage, string> = {
  asking: "Asking the host",
  receiving: "Receiving",
  resolving: "Putting together",
  checking_out: "Writing files",
};

/** How far one repository is. */
export function stepSentence({ full_name, stage, done, of, received_kib }: CloneStep): string {
  const part = of > 0 ? `, ${number(done)} of ${number(of)}` : "";
  const came = stage === "receiving" && received_kib > 0 ? `, ${size(received_kib)}` : "";
  return `${full_name}: ${STAGES[stage].toLowerCase()}${part}${came}`;
}

/** How far all of it is, between 0 and 1; nothing while that is not known. */
export function fraction({ total, cloned, present, failed, steps }: CloneRun): number | undefined {
  const under = steps.reduce((sum, { stage, done, of }) => sum + (stage === "receiving" && of > 0 ? (done / of) * 0.9 : 0), 0);
  const all = cloned + present + failed + under;
  return total === 1 && all === 0 ? undefined : Math.min(1, all / Math.max(1, total));
}

/** For the line that is always there. */
export function runSentence({ title, total, cloned, present, failed }: CloneRun): string {
  return total === 1 ? `Cloning ${title}` : `Cloning, ${number(cloned + present + failed)} of ${number(total)}`;
}
