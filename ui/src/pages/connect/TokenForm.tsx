import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { ScopeList } from "../../components/ScopeList";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { useSay } from "../../frame/Toasts";
import type { Account, Connected } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import styles from "./ConnectPage.module.css";
import type { Place } from "./places";

/** Connects by a token that the person makes at the host. */
export function TokenForm({ place, onConnected }: { place: Place; onConnected: (account: Account) => void }) {
  const { platform, tell } = useOutside();
  const connect = useMutation(mutations.connectToken());
  const { say } = useSay();
  const [token, setToken] = useState("");
  const [user, setUser] = useState("");
  const [api, setApi] = useState("");
  const [asked, setAsked] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const userField = useRef<HTMLInputElement>(null);
  useEffect(() => (userField.current ?? field.current)?.focus(), []);
  const { provider, host } = place;
  const wanted = provider.scopes.filter((scope) => scope.state !== "not_asked");
  const nameless = provider.token_with_user && user.trim() === "" ? "Give the name that goes with the token." : undefined;
  const missing = token.trim() === "" ? "Paste the token here." : undefined;

  function done({ replaced, ...account }: Connected) {
    // The page that follows is the account's: this is about what is not there any more.
    if (replaced) {
      const end = { label: `End it at ${replaced.host_label}`, run: () => tell(platform.openProviderPage(replaced.provider, replaced.host, "token")) };
      say({ light: "soon", title: "The older token still works", body: replaced.sentence, ...(replaced.page === null ? {} : { action: end }) });
    }
    onConnected(account);
  }

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (connect.isPending) return;
    setAsked(true);
    const first = nameless ? userField : missing ? field : undefined;
    if (first) {
      first.current?.focus();
      return;
    }
    connect.mutate(
      {
        provider: provider.id,
        host: place.host,
        api_url: api.trim() === "" ? null : api.trim(),
        token: token.trim(),
        user: provider.token_with_user ? user.trim() : null,
      },
      { onSuccess: done, onError: () => field.current?.select() },
    );
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <ol className={styles.steps}>
        <li>
          <div>
            <h2>Make a token at {place.at}</h2>
            {provider.token_hint !== null && (
              <p className={styles.what}>
                {"What to make: "}
                <strong>{sentence(provider.token_hint)}</strong>
              </p>
            )}
            {wanted.length === 0 ? (
              <p>You choose its rights and its end date there, as far as {place.at} lets you.</p>
            ) : (
              <>
                <p>You choose its rights and its end date there. These are what Drawbridge has a use for:</p>
                <div className={styles.inside}>
                  <ScopeList label="Rights" look="ledger" scopes={wanted} />
                </div>
              </>
            )}
            {provider.token_page !== null && (
              <div className={styles.inside}>
                <Button onClick={() => tell(platform.openProviderPage(provider.id, place.host, "token"))}>
                  Open the page at {place.at}
                </Button>
              </div>
            )}
          </div>
        </li>
        <li>
          <div>
            <h2>Bring it here</h2>
            <div className={styles.fields}>
              {provider.token_with_user && (
                <TextField
                  ref={userField}
                  label="User name"
                  hint={`Or the e-mail address you sign in with at ${place.at}. It goes with the token.`}
                  value={user}
                  onChange={(text) => {
                    setUser(text);
                    if (connect.isError) connect.reset();
                  }}
                  error={asked ? nameless : undefined}
                />
              )}
              <SecretField
                ref={field}
                label="Access token"
                hint="It is tried once, then sealed in the vault and never shown again."
                autoComplete="off"
                value={token}
                onChange={(text) => {
                  setToken(text);
                  if (connect.isError) connect.reset();
                }}
                error={asked ? missing : undefined}
              />
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
      <ProblemText problem={connect.error} />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" keys={["↵"]} busy={connect.isPending ? `Asking ${place.at}…` : undefined}>
          Connect
        </Button>
      </div>
    </form>
  );
}

/** What came as part of a sentence, as one of its own. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
