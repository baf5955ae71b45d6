import { Button } from "../../components/Button";
import type { Problem } from "../../ipc/bindings";
import { moment, onDay, clockTime } from "../when";
import styles from "./contents.module.css";

/** When something was read at its host, and the way to read it again. */
export function ReadAgain({ name, at, reading, read }: { name: string; at: string | null; reading: boolean; read: () => void }) {
  const now = new Date();
  return (
    <span className={styles.end}>
      {at !== null && <span className={styles.time}>{`Read ${onDay(new Date(at), now)}, ${clockTime(new Date(at))}`}</span>}
      <Button size="small" variant="quiet" aria-label={`Read ${name} again`} busy={reading ? "Reading…" : undefined} onClick={read}>
        Read again
      </Button>
    </span>
  );
}

/** Why it could not be read the last time; what is shown is then of before. */
export function ReadProblem({ problem, at }: { problem: Problem | null; at: string | null }) {
  if (problem === null) return null;
  return (
    <p className={styles.problem} role="status" data-selectable>
      {problem.message} {at === null ? problem.hint : `This is what was read ${moment(new Date(at), new Date())}.`}
    </p>
  );
}
