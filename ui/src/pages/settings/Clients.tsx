import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { Button } from "../../components/Button";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useSay } from "../../frame/Toasts";
import type { Client, Provider, RemovedClient } from "../../ipc/bindings";
import { hostLabel } from "../connect/places";
import { ConfirmDialog } from "../ConfirmDialog";
import { ProblemText } from "../ProblemText";
import { onDay } from "../when";
import { Block, Line } from "./Block";
import { byHost, isAlone, ORIGIN_WORDS } from "./clientWords";
import styles from "./SettingsPage.module.css";

/** The clients that are set up, and which of several is taken first. */
export function Clients() {
  const clients = useQuery(queries.clientList());
  const providers = useQuery(queries.providerList()).data ?? [];
  const navigate = useNavigate();
  const prefer = useMutation(mutations.clientPrefer());
  const [asking, setAsking] = useState<Client>();
  const now = new Date();
  const rows = byHost(clients.data?.rows ?? []);
  return (
    <Block
      title="Clients"
      end={
        <Button variant="link" size="small" onClick={() => void navigate({ to: "/connect", search: { from: "settings" } })}>
          Add a client…
        </Button>
      }
    >
      <ul className={styles.lines}>
        {rows.map((client) => (
          <Line key={client.id} title={titleOf(client, providers)} note={<About client={client} now={now} />}>
            {!isAlone(client, rows) &&
              (client.preferred ? (
                <span className={styles.note}>Taken first</span>
              ) : (
                <Button size="small" busy={prefer.isPending ? "Changing…" : undefined} onClick={() => prefer.mutate(client.id)}>
                  Take this one first
                </Button>
              ))}
            <Button size="small" onClick={() => setAsking(client)}>
              Remove…
            </Button>
          </Line>
        ))}
      </ul>
      <ProblemText problem={clients.error ?? prefer.error} />
      {clients.data && rows.length === 0 && (
        <p className={styles.none}>
          None yet. A client is how a host knows which app asks; signing in with the browser or by a code needs one, an
          access token does not.
        </p>
      )}
      {asking && <RemoveDialog client={asking} onClose={() => setAsking(undefined)} />}
    </Block>
  );
}

function titleOf(client: Client, providers: readonly Provider[]): string {
  const provider = providers.find((each) => each.id === client.provider)?.name ?? client.provider;
  return client.name === "" ? `${provider} at ${hostLabel(client.host)}` : `${client.name}, ${provider} at ${hostLabel(client.host)}`;
}

function About({ client, now }: { client: Client; now: Date }) {
  return (
    <>
      <span className={styles.mono}>{client.client_id}</span>
      {client.has_secret ? ", secret sealed in the vault" : ", without a secret"}
      {client.secret_ends_at !== null && `, which ends ${onDay(new Date(client.secret_ends_at), now)}`}
      {`; ${ORIGIN_WORDS[client.origin]}, added ${onDay(new Date(client.added_at), now)}`}
    </>
  );
}

/** Asks before a client is removed. */
function RemoveDialog({ client, onClose }: { client: Client; onClose: () => void }) {
  const remove = useMutation(mutations.clientRemove());
  const { say } = useSay();
  const registered = client.origin === "registered";

  function done({ left_at_host, sentence }: RemovedClient) {
    say({ light: left_at_host ? "soon" : "ok", title: sentence });
    onClose();
  }

  return (
    <ConfirmDialog
      title={`Remove the client ${client.name === "" ? "" : `${client.name} `}of ${hostLabel(client.host)}?`}
      action="Remove the client"
      busy={remove.isPending ? "Removing…" : undefined}
      problem={remove.error}
      onConfirm={() => remove.mutate(client.id, { onSuccess: done })}
      onClose={onClose}
    >
      {registered ? (
        <p>Drawbridge registered it, and asks {hostLabel(client.host)} to forget it. Then it leaves the vault.</p>
      ) : (
        <p>
          Its id and secret leave the vault. Accounts that were connected by it stay; where access has to be renewed, that
          stops until there is a client again.
        </p>
      )}
    </ConfirmDialog>
  );
}
