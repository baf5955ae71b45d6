import { classes } from "../components/classes";
import type { Problem } from "../ipc/bindings";
import styles from "./ProblemText.module.css";

/** What a failed request says: what happened, and what to do next. */
export function ProblemText({ problem, className }: { problem: unknown; className?: string | undefined }) {
  const told = problemOf(problem);
  return (
    <div role="alert" className={classes(styles.problem, className)}>
      {told && (
        <>
          <span className={styles.message}>{told.message}</span> <span className={styles.hint}>{told.hint}</span>
        </>
      )}
    </div>
  );
}

/** The problem in what a request threw; anything else gets words that promise nothing. */
export function problemOf(thrown: unknown): Problem | undefined {
  if (thrown === null || thrown === undefined) return undefined;
  if (typeof thrown === "object" && "code" in thrown && "message" in thrown && "hint" in thrown) return thrown as Problem;
  return { code: "internal", message: "Something in Drawbridge went wrong.", hint: "Try again; if it stays, restart Drawbridge." };
}
