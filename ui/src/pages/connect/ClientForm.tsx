import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Client } from "../../ipc/bindings";
import { Switch } from "../../components/Switch";
import { useSay } from "../../frame/Toasts";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { number } from "../when";
import styles from "./ConnectPage.module.css";
import { clientsAt, type Place } from "./places";

/** Sets up a client: registered by Drawbridge where the host may take that, else by hand: two things to carry there, two to bring back. */
export function ClientForm({
  place,
  onSaved,
  save,
}: {
  place: Place;
  /** What saving leads to, as a button says it. */
  save: string;
  onSaved: (client: Client) => void;
}) {
  const { platform, tell, copy } = useOutside();
  const { say } = useSay();
  const add = useMutation(mutations.clientAdd());
  const register = useMutation(mutations.clientRegister());
  const [clientId, setClientId] = useState("");
  const [secret, setSecret] = useState("");
  const [api, setApi] = useState("");
  const [name, setName] = useState("");
  const [preferred, setPreferred] = useState(false);
  const [asked, setAsked] = useState(false);
  const idField = useRef<HTMLInputElement>(null);
  const secretField = useRef<HTMLInputElement>(null);
  const { provider, host } = place;
  const redirects = useQuery(queries.clientRedirects(provider.id, host));
  const addresses = redirects.data ?? [];
  const others = clientsAt(place).length;
  const missing = clientId.trim() === "" ? `Paste the client id that ${place.at} shows.` : undefined;
  const open = provider.needs_secret && secret === "" ? `${provider.name} takes no client without a secret. Paste the one that ${place.at} shows.` : undefined;

  function registerItself() {
    if (register.isPending) return;
    register.mutate(
      { provider: provider.id, host },
      {
        onSuccess: ({ client, sentence }) => {
          say({ light: "ok", title: sentence });
          onSaved(client);
        },
      },
    );
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (add.isPending || register.isPending) return;
    setAsked(true);
    const first = missing ? idField : open ? secretField : undefined;
    if (first) {
      first.current?.focus();
      return;
    }
    add.mutate(
      {
        provider: provider.id,
        host,
        api_url: api.trim() === "" ? null : api.trim(),
        client_id: clientId.trim(),
        client_secret: secret === "" ? null : secret,
        name: name.trim() === "" ? null : name.trim(),
        preferred,
        own_redirects: true,
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
      {provider.may_register && (
        <section aria-label="By itself">
          <p className={styles.read}>Some servers let an app register itself. Ask {place.at}, and there is nothing to carry.</p>
          <div className={styles.inside}>
            <Button
              busy={register.isPending ? "Registering…" : undefined}
              disabledReason={add.isPending ? "A client is being saved." : undefined}
              onClick={registerItself}
            >
              Register Drawbridge there
            </Button>
          </div>
          <ProblemText className={styles.inside} problem={register.error} />
        </section>
      )}
      <ol className={styles.steps}>
        <li>
          <div>
            <h2>Open the page where apps are registered</h2>
            {provider.client_page !== null ? (
              <div className={styles.inside}>
                <Button onClick={() => tell(platform.openProviderPage(provider.id, place.host, "client"))}>
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
            <h2>Register an app with {addresses.length === 1 ? "this address" : "these addresses"} to return to</h2>
            <p>Its name and home page are up to you. The address is for {place.at} alone: an answer from elsewhere is not taken there.</p>
            <div className={styles.addresses}>
              {addresses.map((address) => (
                <CopyField key={address} name="Redirect address" value={address} onCopy={copy} />
              ))}
            </div>
            <ProblemText className={styles.inside} problem={redirects.error} />
          </div>
        </li>
        <li>
          <div>
            <h2>Bring back what it shows</h2>
            <div className={styles.fields}>
              <TextField
                ref={idField}
                label="Client id"
                mono
                value={clientId}
                onChange={setClientId}
                error={asked ? missing : undefined}
              />
              <SecretField
                ref={secretField}
                label="Client secret"
                hint={`${provider.needs_secret ? `${provider.name} wants one.` : "Only if one was made."} It is sealed in the vault and never shown again.`}
                autoComplete="off"
                value={secret}
                onChange={setSecret}
                error={asked ? open : undefined}
              />
              <TextField
                label="Name"
                hint={`Only if you have several at ${place.at}: what tells this one apart. Nothing is sent for it.`}
                value={name}
                onChange={setName}
                maxLength={60}
              />
              {others > 0 && (
                <div className={styles.switchLine}>
                  <span>
                    Take this one first
                    <span className={styles.note}>
                      {others === 1 ? `Another client is set up at ${place.at} and is taken first now.` : `${number(others)} clients are set up at ${place.at}; one of them is taken first now.`}
                    </span>
                  </span>
                  <Switch label="Take this one first" on={preferred} onChange={setPreferred} />
                </div>
              )}
              {host !== null && provider.self_hosted && (
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
