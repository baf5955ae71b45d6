import type { SignIn } from "../../ipc/bindings";
import type { StepState } from "../../components/SignInSteps";

/** The five things that happen in a sign-in. */
export const STEPS = ["open", "approve", "check", "compare", "seal"] as const;
export type StepName = (typeof STEPS)[number];

/** Where each of the five steps stands. */
export function stepStates(signIn: Pick<SignIn, "state" | "problem">): Record<StepName, StepState> {
  switch (signIn.state) {
    case "waiting":
      return upTo("approve", "now");
    case "exchanging":
      return upTo("check", "now");
    case "checking":
      return upTo("compare", "now");
    case "connected":
      return { open: "done", approve: "done", check: "done", compare: "done", seal: "done" };
    case "expired":
    case "cancelled":
      return upTo("approve", "over", "over");
    case "failed":
      return upTo(failedAt(signIn), "failed", "over");
  }
}

/** Whether it can still come to an end by itself. */
export function isAlive(signIn: Pick<SignIn, "state">): boolean {
  return signIn.state === "waiting" || signIn.state === "exchanging" || signIn.state === "checking";
}

function failedAt(signIn: Pick<SignIn, "problem">): StepName {
  return signIn.problem?.code === "sign_in_denied" ? "approve" : "check";
}

function upTo(at: StepName, state: StepState, after: StepState = "next"): Record<StepName, StepState> {
  const place = STEPS.indexOf(at);
  const of = (name: StepName): StepState => {
    const index = STEPS.indexOf(name);
    return index < place ? "done" : index === place ? state : after;
  };
  return { open: of("open"), approve: of("approve"), check: of("check"), compare: of("compare"), seal: of("seal") };
}

/** What each step is called: what was done, or is to be done. */
export function stepText(name: StepName, state: StepState, signIn: Pick<SignIn, "way" | "host_label">, lists = true): string {
  switch (name) {
    case "open":
      return signIn.way === "device" ? `Got a code from ${signIn.host_label}` : `Opened ${signIn.host_label} in your browser`;
    case "approve":
      return APPROVE[signIn.way][state === "done" ? "done" : "now"];
    case "check":
      return "Check who signed in";
    case "compare":
      return "Compare what was granted with what was asked";
    case "seal":
      return lists ? "Seal it in the vault and list the repositories" : "Seal it in the vault";
  }
}

const IN_BROWSER = { now: "Waiting for you to approve Drawbridge there", done: "You answered there" };
const APPROVE: Record<SignIn["way"], { now: string; done: string }> = {
  "deep-link": IN_BROWSER,
  loopback: IN_BROWSER,
  device: { now: "Waiting for you to type the code there", done: "You typed the code there" },
  paste: { now: "Waiting for the code that is shown there", done: "You brought the code here" },
};

/** What to say about a sign-in that ended without an account. */
export function ending(
  signIn: Pick<SignIn, "state" | "problem" | "started_at" | "ends_at">,
): { tone: "danger" | "warning"; title: string; hint: string } | undefined {
  switch (signIn.state) {
    case "failed":
      return {
        tone: "danger",
        title: signIn.problem?.message ?? "The sign-in did not work.",
        hint: signIn.problem?.hint ?? "",
      };
    case "expired": {
      const minutes = Math.round((Date.parse(signIn.ends_at) - Date.parse(signIn.started_at)) / 60_000);
      return {
        tone: "warning",
        title: signIn.problem?.message ?? `Nothing came back in ${minutes} minutes. Nothing was changed.`,
        hint: signIn.problem?.hint ?? "",
      };
    }
    case "cancelled":
      return {
        tone: "warning",
        title: signIn.problem?.message ?? "This sign-in was cancelled. Nothing was changed.",
        hint: signIn.problem?.hint ?? "",
      };
    default:
      return undefined;
  }
}
