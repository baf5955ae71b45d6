import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import type { Client } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import styles from "./ConnectPage.module.css";
import { type Place, readAddress } from "./places";

/** Registers the person's own client: two things to carry there, two to bring back. */
export function ClientForm({
  place,
  onSaved,
  save,
  askHost,
}: {
  place: Place;
  /** What saving leads to, as a button says it. */
  save: string;
  /** Whether the server's address is still open: it is, unless somebody chose it on the way here. */
  askHost: boolean;
  onSaved: (client: Client) => void;
}) {
  const { platform, tell, copy } = useOutside();
  const add = useMutation(mutations.clientAdd());
  const [clientId, setClientId] = useState("");
  const [secret, setSecret] = useState("");
  const [api, setApi] = useState("");
  const [server, setServer] = useState("");
  const [asked, setAsked] = useState(false);
  const idField = useRef<HTMLInputElement>(null);
  const serverField = useRef<HTMLInputElement>(null);
  const address = server.trim() === "" ? undefined : readAddress(server);
  const refusal = address?.kind === "refused" ? address.reason : undefined;
  const host = address?.kind === "address" ? address.address : place.host;
  const missing = clientId.trim() === "" ? `Paste the client id that ${place.at} shows.` : undefined;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (add.isPending) return;
    setAsked(true);
    if (refusal !== undefined) {
      serverField.current?.focus();
      return;
    }
    if (missing) {
      idField.current?.focus();
      return;
    }
    add.mutate(
      {
        provider: place.provider.id,
        host,
        api_url: api.trim() === "" ? null : api.trim(),
        client_id: clientId.trim(),
        client_secret: secret === "" ? null : secret,
      },
      { onSuccess: onSaved },
    );
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <p className={styles.read}>
        A client is how {place.at} knows which app is asking. You register one there once, in about two minutes; it stays
        yours, and only this vault knows its secret.
      </p>
      <ol className={styles.steps}>
        <li>
          <div>
            <h2>Open the page where apps are registered</h2>
            {place.provider.client_page !== null ? (
              <div className={styles.inside}>
                <Button onClick={() => tell(platform.openProviderPage(place.provider.id, place.host, "client"))}>
                  Open the page at {place.at}
                </Button>
              </div>
            ) : (
              <p>In the settings of {place.at}, under developer settings or applications.</p>
            )}
          </div>
        </li>
        <li>
          <div>
            <h2>Register an app with {place.provider.redirects.length === 1 ? "this address" : "these addresses"} to return to</h2>
            <p>Its name and home page are up to you.</p>
            <div className={styles.addresses}>
              {place.provider.redirects.map((address) => (
                <CopyField key={address} name="Redirect address" value={address} onCopy={copy} />
              ))}
            </div>
          </div>
        </li>
        <li>
          <div>
            <h2>Bring back what it shows</h2>
            <div className={styles.fields}>
              {askHost && place.provider.self_hosted && (
                <TextField
                  ref={serverField}
                  label="Server"
                  hint={`Leave it empty for ${place.at}; give the address for a server of your own.`}
                  mono
                  value={server}
                  onChange={setServer}
                  error={asked ? refusal : undefined}
                />
              )}
              <TextField
                ref={idField}
                label="Client id"
                mono
                value={clientId}
                onChange={setClientId}
                error={asked ? missing : undefined}
              />
              <SecretField
                label="Client secret"
                hint="Only if one was made. It is sealed in the vault and never shown again."
                autoComplete="off"
                value={secret}
                onChange={setSecret}
              />
              {host !== null && (
                <TextField
                  label="API address"
                  hint="Only if this server’s API is not in its usual place."
                  mono
                  value={api}
                  onChange={setApi}
                />
              )}
            </div>
          </div>
        </li>
      </ol>
      <ProblemText problem={add.error} />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" keys={["↵"]} busy={add.isPending ? "Saving…" : undefined}>
          {save}
        </Button>
      </div>
    </form>
  );
}
