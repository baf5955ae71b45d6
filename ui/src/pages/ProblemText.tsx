import { classes } from "../components/classes";
import { asProblem, type ProblemError } from "../ipc/platform";
import styles from "./ProblemText.module.css";

/** What a failed request says: what happened, and what to do next. */
export function ProblemText({ problem, className }: { problem: unknown; className?: string | undefined }) {
  const told = problemOf(problem);
  return (
    <div role="alert" className={classes(styles.problem, className)} data-selectable>
      {told && (
        <>
          <span className={styles.message}>{told.message}</span> <span className={styles.hint}>{told.hint}</span>
        </>
      )}
    </div>
  );
}

/** The problem in what a request threw. */
export function problemOf(thrown: unknown): ProblemError | undefined {
  return thrown === null || thrown === undefined ? undefined : asProblem(thrown);
}
