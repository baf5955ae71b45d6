import { Button } from "../../components/Button";
import type { Problem } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { Alone } from "./Alone";
import styles from "./vault.module.css";

/** Nobody answers for the vault: what the shell said about it, and a way to ask again. */
export function NoKeeperPage({ problem, looking, onLook }: { problem: Problem; looking: boolean; onLook: () => void }) {
  const platform = usePlatform();
  return (
    <Alone
      mark="locked"
      title={problem.message}
      lead={problem.hint}
      foot="Nothing was changed."
      end={<span className={styles.mono}>{problem.code}</span>}
    >
      <div className={styles.actions}>
        <Button variant="primary" busy={looking ? "Looking…" : undefined} onClick={onLook}>
          Try again
        </Button>
        <Button onClick={() => void platform.quitApp()}>Quit Drawbridge</Button>
      </div>
    </Alone>
  );
}
