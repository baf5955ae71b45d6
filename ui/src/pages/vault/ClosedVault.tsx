import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { queries } from "../../data/queries";
import type { VaultStatus } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import styles from "./vault.module.css";

/** A vault that can't be opened here: what is wrong, that nothing was changed, the best way out. */
export function ClosedVault({
  vault,
  title,
  lead,
  way,
  code,
}: {
  vault: VaultStatus;
  title: string;
  lead: string;
  way: string;
  code: string;
}) {
  const platform = usePlatform();
  const status = useQuery(queries.vaultStatus());
  const [problem, setProblem] = useState<unknown>();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <Alone
      mark="locked"
      titleRef={heading}
      title={title}
      lead={lead}
      foot="Your repositories at the providers are not affected."
      end={<span className={styles.mono}>{code}</span>}
    >
      <p className={styles.read}>{way}</p>
      <div className={styles.place}>
        <CopyField name="Vault folder" label="Folder" value={vault.path} onCopy={(text) => platform.copyText(text)} />
      </div>
      <div className={styles.actions}>
        <Button variant="primary" busy={status.isFetching ? "Looking…" : undefined} onClick={() => void status.refetch()}>
          Look again
        </Button>
        <Button onClick={() => void platform.quitApp().catch(setProblem)}>Quit Drawbridge</Button>
      </div>
      <ProblemText className={styles.problem} problem={problem ?? status.error} />
    </Alone>
  );
}
