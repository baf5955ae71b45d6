import { useQuery } from "@tanstack/react-query";
import { Button } from "../../components/Button";
import { queries } from "../../data/queries";
import type { Problem } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { Alone } from "./Alone";
import styles from "./vault.module.css";

/** Nobody answers for the vault: what the shell said about it, and a way to ask again. */
export function NoKeeperPage({ problem }: { problem: Problem }) {
  const platform = usePlatform();
  const status = useQuery(queries.vaultStatus());
  return (
    <Alone
      mark="locked"
      title={problem.message}
      lead={problem.hint}
      foot="Nothing was changed."
      end={<span className={styles.mono}>{problem.code}</span>}
    >
      <div className={styles.actions}>
        <Button variant="primary" busy={status.isFetching ? "Looking…" : undefined} onClick={() => void status.refetch()}>
          Try again
        </Button>
        <Button onClick={() => void platform.quitApp()}>Quit Drawbridge</Button>
      </div>
    </Alone>
  );
}
