import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Ref } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { FactList } from "../../components/FactList";
import { Icon } from "../../components/Icon";
import { queries } from "../../data/queries";
import { useCopyText } from "../../frame/useCopyText";
import type { Account, Repository } from "../../ipc/bindings";
import { shortFacts } from "./facts";
import { useFoundSentence } from "./FoundInside";
import styles from "./Inspector.module.css";
import { StaleNote } from "./StaleNote";

/** What is known about the current row, beside the list. */
export function Inspector({
  row,
  accounts,
  onClone,
  onCopy,
  onSite,
  onMenu,
  onClose,
  moreRef,
}: {
  row: Repository | undefined;
  accounts: readonly Account[];
  onClone: () => void;
  onCopy: () => void;
  onSite: () => void;
  onMenu: () => void;
  onClose: () => void;
  moreRef: Ref<HTMLButtonElement>;
}) {
  const copy = useCopyText();
  const detail = useQuery({
    ...queries.repositoryShow({ kind: "id", id: row?.id ?? 0 }),
    enabled: row !== undefined,
    placeholderData: keepPreviousData,
  }).data;
  const found = useFoundSentence(row?.id);
  const now = new Date();
  return (
    <aside className={styles.inspector} aria-label="Current repository" data-region="inspector">
      <Button variant="quiet" size="small" className={styles.close} aria-label="Hide the details" title="Hide the details (I)" icon={<Icon name="x" />} onClick={onClose} />
      {row ? (
        <>
          <div>
            <h2 className={styles.name} data-selectable>
              {row.full_name}
            </h2>
            {row.description !== null && (
              <p className={styles.description} data-selectable>
                {row.description}
              </p>
            )}
          </div>
          <div className={styles.actions}>
            <Button variant="primary" title="Clone it (⇧C)" onClick={onClone}>
              Clone…
            </Button>
            <Button onClick={onCopy}>Copy address</Button>
            <Button icon={<Icon name="ext" />} aria-label={`Open ${row.full_name} in the browser`} title="Open in the browser (O)" onClick={onSite} />
            <Button ref={moreRef} icon={<Icon name="more" />} aria-label="More" title="More (.)" onClick={onMenu} />
          </div>
          <div className={styles.addresses}>
            <CopyField name="HTTPS address" label="HTTPS" value={row.clone_url} onCopy={copy} />
            {row.ssh_url !== null && <CopyField name="SSH address" label="SSH" value={row.ssh_url} onCopy={copy} />}
          </div>
          <hr className={styles.rule} />
          <FactList facts={shortFacts(row, detail?.id === row.id ? detail : undefined, accounts, now, found)} />
          <StaleNote row={row} accounts={accounts} now={now} />
        </>
      ) : (
        <p className={styles.none}>No repository to show.</p>
      )}
    </aside>
  );
}
