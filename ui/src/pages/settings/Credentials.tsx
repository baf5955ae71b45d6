import { useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Credential } from "../../ipc/bindings";
import { ConfirmDialog } from "../ConfirmDialog";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { onDay } from "../when";
import { Block, Line } from "./Block";
import { CredentialDialog } from "./CredentialDialog";
import styles from "./SettingsPage.module.css";

type Asking = { what: "add" } | { what: "replace" | "remove"; credential: Credential };

/** What the person brought along: keys, headers, passwords, clients that act for themselves. */
export function Credentials() {
  const credentials = useQuery(queries.credentialList());
  const forms = useQuery(queries.credentialKinds());
  const check = useMutation(mutations.credentialCheck());
  const [asking, setAsking] = useState<Asking>();
  const now = new Date();
  const rows = credentials.data?.rows ?? [];
  const close = () => setAsking(undefined);
  return (
    <Block
      title="Credentials"
      end={
        <Button variant="link" size="small" onClick={() => setAsking({ what: "add" })}>
          Add a credential…
        </Button>
      }
    >
      <ul className={styles.lines}>
        {rows.map((credential) => (
          <Line key={credential.id} title={credential.label} note={<About credential={credential} now={now} />}>
            {asksSomebody(credential) && (
              <Button
                size="small"
                aria-label={`Check ${credential.label}`}
                busy={check.isPending && check.variables === credential.id ? "Checking…" : undefined}
                onClick={() => check.mutate(credential.id)}
              >
                Check
              </Button>
            )}
            <Button size="small" aria-label={`Replace ${credential.label}`} onClick={() => setAsking({ what: "replace", credential })}>
              Replace…
            </Button>
            <Button size="small" aria-label={`Remove ${credential.label}`} onClick={() => setAsking({ what: "remove", credential })}>
              Remove…
            </Button>
          </Line>
        ))}
      </ul>
      <ProblemText problem={credentials.error ?? forms.error ?? check.error} />
      {credentials.data && rows.length === 0 && (
        <p className={styles.none}>
          None yet. Here is room for what no sign-in brings: SSH keys, headers such as API keys, passwords, and clients
          that act for themselves. Each is sealed in the vault and bound to the hosts you name.
        </p>
      )}
      {asking?.what === "remove" && <RemoveDialog credential={asking.credential} onClose={close} />}
      {asking !== undefined && asking.what !== "remove" && forms.data && (
        <CredentialDialog forms={forms.data} replaces={asking.what === "replace" ? asking.credential : undefined} onClose={close} />
      )}
    </Block>
  );
}

/** Whether there is an answer to be had: from an address, a token endpoint, or the key itself. */
function asksSomebody({ what }: Credential): boolean {
  return what.kind === "ssh-key" || what.kind === "client-credentials" || what.facts.check_url !== null;
}

function About({ credential, now }: { credential: Credential; now: Date }) {
  const { copy } = useOutside();
  const { what, title, summary, hosts, state, ends_at } = credential;
  const end = ends_at === null ? "" : `; ends ${onDay(new Date(ends_at), now)}`;
  return (
    <>
      {`${title}, `}
      <span className={styles.mono}>{summary}</span>
      {`, for ${hosts.join(", ")}. `}
      <span className={credential.outcome === "refused" ? styles.wanting : undefined}>{state}</span>
      {`${end}.`}
      {what.kind === "ssh-key" && <CopyField name="Public key" value={what.facts.public_key} onCopy={copy} />}
    </>
  );
}

/** Asks before a credential is removed, and says what goes on working. */
function RemoveDialog({ credential, onClose }: { credential: Credential; onClose: () => void }) {
  const remove = useMutation(mutations.credentialRemove());
  return (
    <ConfirmDialog
      title={`Remove ${credential.label}?`}
      action="Remove the credential"
      busy={remove.isPending ? "Removing…" : undefined}
      problem={remove.error}
      onConfirm={() => remove.mutate(credential.id, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>
        {credential.what.kind === "ssh-key"
          ? "The private key leaves the vault, and there may be no other copy of it. Its public key stays where you added it until you take it away there."
          : "It leaves the vault. Where it is known it goes on working, until you end it there."}
      </p>
    </ConfirmDialog>
  );
}
