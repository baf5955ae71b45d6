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
