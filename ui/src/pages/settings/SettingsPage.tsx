import { Link } from "@tanstack/react-router";
import { keyGroups } from "../../actions/keyGroups";
import { FactList } from "../../components/FactList";
import { Segments } from "../../components/Segments";
import { Select } from "../../components/Select";
import { Switch } from "../../components/Switch";
import { setAppearance, useAppearance } from "../../frame/appearance";
import { Page } from "../../frame/Page";
import { useWindowFacts } from "../../frame/WindowContext";
import { usePlatform } from "../../ipc/PlatformContext";
import { ProblemText } from "../ProblemText";
import { Block, Line } from "./Block";
import { Clients } from "./Clients";
import { Credentials } from "./Credentials";
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
            {section === "credentials" && <Credentials />}
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
              title="System notifications"
              note="Only while the window is not looked at, and only for what needs you: a sign-in, an end that comes near, a held-back removal. None while the vault is locked."
            >
              <Switch
                label="System notifications"
                on={settings.system_notifications}
                onChange={(on) => change({ system_notifications: on })}
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
        <Line
          title="Also over a network that costs by use"
          note="A phone’s hotspot, for instance, where the system says so. Off: accounts wait for another network, unless you ask."
        >
          <Switch
            label="Also over a network that costs by use"
            on={settings.sync_on_metered}
            onChange={(on) => change({ sync_on_metered: on })}
          />
        </Line>
        <Line
          title="Clones of repositories"
          note={`They go to ${settings.projects_folder ?? "the folder Projects in your own"}, unless you choose another when you clone.`}
        >
          <Select
            label="How clones lie in their folder"
            value={settings.projects_layout}
            options={[
              { value: "host_owner_name", label: "host / owner / name" },
              { value: "owner_name", label: "owner / name" },
            ]}
            onChange={(layout) => change({ projects_layout: layout })}
          />
        </Line>
      </ul>
      <ProblemText problem={problem} />
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
