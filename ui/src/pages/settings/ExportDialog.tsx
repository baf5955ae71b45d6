import { useMutation, useQuery } from "@tanstack/react-query";
import { useRef, useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { Dialog } from "../../components/Dialog";
import { Switch } from "../../components/Switch";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { VaultSecurity } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { PassphraseTwiceFields } from "../vault/PassphraseTwiceFields";
import { provingWays } from "../vault/proof";
import { usePassphraseTwice } from "../vault/usePassphraseTwice";
import { useProof } from "../vault/useProof";
import { exportPath } from "./securityWords";
import styles from "./SettingsPage.module.css";

/** Writes accounts to a sealed file. */
export function ExportDialog({ security, onClose }: { security: VaultSecurity; onClose: () => void }) {
  const write = useMutation(mutations.accountsExport());
  const { copy } = useOutside();
  const accounts = useQuery(queries.accountList()).data?.rows ?? [];
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const [path, setPath] = useState(() => exportPath(security.backup_folder, new Date()));
  const [moves, setMoves] = useState(false);
  const [asked, setAsked] = useState(false);
  const pathField = useRef<HTMLInputElement>(null);
  const proof = useProof(provingWays(security.slots.map((slot) => slot.kind)));
  const twice = usePassphraseTwice();
  const chosen = accounts.filter((account) => !left.has(account.id)).map((account) => account.id);

  function submit() {
    if (write.isPending || write.isSuccess || chosen.length === 0) return;
    setAsked(true);
    if (path.trim() === "") {
      pathField.current?.focus();
      return;
    }
    const passphrase = twice.take();
    if (passphrase === undefined) return;
    const given = proof.take();
    if (!given) return;
    write.mutate(
      { accounts: chosen.length === accounts.length ? [] : chosen, path: path.trim(), passphrase, move_renewal: moves, proof: given },
      {
        onError: (problem) => {
          if (isWrongProof(problem)) proof.refused();
        },
      },
    );
  }

  if (write.data) {
    return (
      <Dialog
        open
        onClose={onClose}
        title="The accounts are in the file"
        actions={
          <Button variant="primary" onClick={onClose}>
            Close
          </Button>
        }
      >
        <p>{write.data.sentence}</p>
        <CopyField name="File" label="File" value={write.data.path} onCopy={copy} />
      </Dialog>
    );
  }
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      title="Export accounts"
      actions={
        <>
          <Button
            type="submit"
            variant="primary"
            keys={["↵"]}
            disabledReason={chosen.length === 0 ? "Choose an account first." : undefined}
            busy={write.isPending ? "Writing the file…" : undefined}
          >
            Write the file
          </Button>
          <Button onClick={onClose}>Write nothing</Button>
        </>
      }
    >
      <fieldset className={styles.checks}>
        <legend>Accounts</legend>
        {accounts.map((account) => (
          <label key={account.id} className={styles.check}>
            <input
              type="checkbox"
              checked={!left.has(account.id)}
              onChange={(event) => {
                const next = new Set(left);
                if (event.target.checked) next.delete(account.id);
                else next.add(account.id);
                setLeft(next);
              }}
            />
            <span>{account.label === null ? `${account.login} at ${account.host_label}` : `${account.label}: ${account.login} at ${account.host_label}`}</span>
          </label>
        ))}
        {accounts.length === 0 && <p className={styles.note}>No account is connected.</p>}
      </fieldset>
      <TextField
        ref={pathField}
        label="File"
        mono
        value={path}
        onChange={(text) => {
          setPath(text);
          if (write.isError) write.reset();
        }}
        error={asked && path.trim() === "" ? "Type the path of the file." : undefined}
      />
      <PassphraseTwiceFields twice={twice} label="Passphrase of the file" />
      <div className={styles.switchLine}>
        <span id="moves-renewal">
          Take along what renews access
          <span className={styles.note}>
            It can live in one place only: the accounts here then ask for a sign-in when their access ends.
          </span>
        </span>
        <Switch label="Take along what renews access" describedBy="moves-renewal" on={moves} onChange={setMoves} />
      </div>
      <ProofFields proof={proof} problem={write.error} label="Passphrase of this vault" onType={() => write.isError && write.reset()} />
      <ProblemText problem={otherProblem(write.error)} />
    </Dialog>
  );
}
