import type { ReactNode } from "react";
import { classes } from "./classes";
import { Icon } from "./Icon";
import styles from "./SignInSteps.module.css";

export type StepState = "done" | "now" | "next" | "failed" | "over";
export type Step = {
  key: string;
  state: StepState;
  text: string;
  /** At the end of the line: buttons, or the time left. */
  end?: ReactNode;
  /** Below, over the whole width. */
  bar?: ReactNode;
  note?: ReactNode;
};

const SPOKEN: Record<StepState, string> = { done: "Done: ", now: "", next: "", failed: "Failed: ", over: "Not reached: " };

/** What happens one after the other, and where it stands. */
export function SignInSteps({ steps, label }: { steps: readonly Step[]; label: string }) {
  return (
    <ol className={styles.steps} aria-label={label}>
      {steps.map((step, index) => (
        <li
          key={step.key}
          className={classes(styles.step, styles[step.state])}
          data-state={step.state}
          aria-current={step.state === "now" ? "step" : undefined}
        >
          <span className={styles.dot} aria-hidden="true">
            {step.state === "done" ? <Icon name="check" /> : step.state === "failed" ? <Icon name="x" /> : index + 1}
          </span>
          <span className={styles.text}>
            <span className={styles.hidden}>{SPOKEN[step.state]}</span>
            {step.text}
          </span>
          {step.end && <span className={styles.end}>{step.end}</span>}
          {step.bar && <span className={styles.wide}>{step.bar}</span>}
          {step.note && <span className={classes(styles.wide, styles.note)}>{step.note}</span>}
        </li>
      ))}
    </ol>
  );
}
