import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { keyGroups } from "../../actions/keyGroups";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { FactList } from "../../components/FactList";
import { Segments } from "../../components/Segments";
import { Select } from "../../components/Select";
import { Switch } from "../../components/Switch";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { setAppearance, useAppearance } from "../../frame/appearance";
import { Page } from "../../frame/Page";
import { useWindowFacts } from "../../frame/WindowContext";
import type { Client } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { hostLabel } from "../connect/places";
import { ProblemText } from "../ProblemText";
import { onDay } from "../when";
import { Block, Line } from "./Block";
import { type Ask, intervals, type Section, SECTIONS } from "./sections";
import { Security } from "./Security";
import styles from "./SettingsPage.module.css";
import { useSettings } from "./useSettings";

/** Settings, one section at a time. Changes are kept as they are made. */
export function SettingsPage({ section, ask, slot }: { section: Section; ask?: Ask | undefined; slot?: string | undefined }) {
  return (
    <Page title="Settings" foot="Changes are kept as you make them">
      <div className={styles.settings}>
        <nav className={styles.sections} aria-label="Settings">
          {SECTIONS.map((each) => (
            <Link
              key={each.key}
              to="/settings"
              search={{ section: each.key }}
              className={styles.link}
              aria-current={each.key === section ? "page" : undefined}
            >
              {each.title}
            </Link>
          ))}
        </nav>
        <div className={styles.body}>
          <div className={styles.inner}>
            {section === "general" && <General />}
            {section === "sync" && <Sync />}
            {section === "security" && <Security ask={ask} slot={slot} />}
            {section === "clients" && <Clients />}
            {section === "keyboard" && <Keyboard />}
            {section === "about" && <About />}
          </div>
        </div>
      </div>
    </Page>
  );
}

function General() {
  const { settings, change, problem } = useSettings();
  const platform = usePlatform();
  const { tray } = useWindowFacts();
  const appearance = useAppearance();
  return (
    <>
      <Block title="Appearance">
        <ul className={styles.lines}>
          <Line title="Colours">
            <Segments
              label="Colours"
              value={appearance.theme}
              onChange={(theme) => setAppearance({ ...appearance, theme }, platform)}
              options={[
                { value: "system", label: "As the system" },
                { value: "light", label: "Light" },
                { value: "dark", label: "Dark" },
              ]}
            />
          </Line>
          <Line title="Rows">
            <Segments
              label="Rows"
              value={appearance.density}
              onChange={(density) => setAppearance({ ...appearance, density }, platform)}
              options={[
                { value: "compact", label: "Compact" },
                { value: "normal", label: "Normal" },
                { value: "comfortable", label: "Comfortable" },
              ]}
            />
          </Line>
        </ul>
      </Block>
      {settings && (
        <Block title="Window">
          <ul className={styles.lines}>
            <Line
              title="Keep working when the window is closed"
              note={
                tray
                  ? "Drawbridge stays in the tray and goes on syncing. Off: closing the window ends it."
                  : "No tray answers here, so closing the window ends Drawbridge, whatever is set."
              }
            >
              <Switch
                label="Keep working when the window is closed"
                on={settings.close_to_tray}
                onChange={(on) => change({ close_to_tray: on })}
              />
            </Line>
            <Line
              title="Single-letter keys in lists"
              note="J, K, X, O and the others of the section Keyboard. They never work while you are typing."
            >
              <Switch
                label="Single-letter keys in lists"
                on={settings.single_keys}
                onChange={(on) => change({ single_keys: on })}
              />
            </Line>
          </ul>
          <ProblemText problem={problem} />
        </Block>
      )}
    </>
  );
}

function Sync() {
  const { settings, change, problem } = useSettings();
  if (!settings) return null;
  return (
    <Block title="Sync">
      <ul className={styles.lines}>
        <Line
          title="Look for changes"
          note={
            settings.sync_every_minutes === 0
              ? "Only when you ask. The list says how old it is."
              : "In the background, for each account, not all at the same moment. Mostly it costs one request that says “unchanged”."
          }
        >
          <Select
            label="Look for changes"
            value={settings.sync_every_minutes}
            options={intervals(settings.sync_every_minutes)}
            onChange={(minutes) => change({ sync_every_minutes: minutes })}
          />
        </Line>
      </ul>
      <ProblemText problem={problem} />
    </Block>
  );
}

function Clients() {
  const clients = useQuery(queries.clientList());
  const providers = useQuery(queries.providerList()).data ?? [];
  const navigate = useNavigate();
  const remove = useMutation(mutations.clientRemove());
  const [asking, setAsking] = useState<Client>();
  const now = new Date();
  const rows = clients.data?.rows ?? [];
  const only = providers.length === 1 ? providers[0] : undefined;
  return (
    <Block
      title="Clients"
      end={
        <Button
          variant="link"
          size="small"
          onClick={() => void navigate({ to: "/connect", search: only ? { provider: only.id, step: "client", from: "settings" } : {} })}
        >
          Add a client…
        </Button>
      }
    >
      <ul className={styles.lines}>
        {rows.map((client) => (
          <Line
            key={client.id}
            title={`${providers.find((each) => each.id === client.provider)?.name ?? client.provider} at ${hostLabel(client.host)}`}
            note={
              <>
                <span className={styles.mono}>{client.client_id}</span>
                {client.has_secret ? ", secret sealed in the vault" : ", without a secret"}
                {`, added ${onDay(new Date(client.added_at), now)}`}
              </>
            }
          >
            <Button size="small" onClick={() => setAsking(client)}>
              Remove…
            </Button>
          </Line>
        ))}
      </ul>
      {clients.data && rows.length === 0 && (
        <p className={styles.none}>
          None yet. A client is how a host knows which app asks; signing in with the browser or by a code needs one, an
          access token does not.
        </p>
      )}
      <Dialog
        open={asking !== undefined}
        onClose={() => setAsking(undefined)}
        title={asking ? `Remove the client of ${hostLabel(asking.host)}?` : ""}
        actions={
          <>
            <Button
              variant="danger"
              busy={remove.isPending ? "Removing…" : undefined}
              onClick={() => asking && remove.mutate(asking.id, { onSuccess: () => setAsking(undefined) })}
            >
              Remove the client
            </Button>
            <Button onClick={() => setAsking(undefined)}>Keep it</Button>
          </>
        }
      >
        <p>
          Its id and secret leave the vault. Accounts that were connected by it stay; where access has to be renewed, that
          stops until there is a client again.
        </p>
        <ProblemText problem={remove.error} />
      </Dialog>
    </Block>
  );
}

function Keyboard() {
  const groups = keyGroups();
  return (
    <>
      {groups.map((group) => (
        <Block key={group.title} title={group.title}>
          <ul className={styles.lines}>
            {group.keys.map((each) => (
              <Line key={`${each.label} ${each.keys.join(" ")}`} title={each.label}>
                <span className={styles.keys}>
                  {each.keys.map((key, index) =>
                    key === "or" ? <span key={index}>or</span> : <kbd key={index}>{key}</kbd>,
                  )}
                </span>
              </Line>
            ))}
          </ul>
        </Block>
      ))}
    </>
  );
}

function About() {
  const { version } = useWindowFacts();
  return (
    <Block title="Drawbridge">
      <FactList
        facts={[
          { term: "Version", detail: version, mono: true },
          { term: "Licence", detail: "MIT or Apache-2.0, as you prefer" },
        ]}
      />
      <p className={styles.note}>Works offline. No telemetry.</p>
    </Block>
  );
}
