import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type SubmitEvent, useEffect, useState } from "react";
import { caps, isMac } from "../../actions/keys";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { Select } from "../../components/Select";
import { Switch } from "../../components/Switch";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { type Errand, useErrands } from "../../frame/ErrandContext";
import type { VaultSecurity, VaultStatus, VaultWarning } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { onDay } from "../when";
import { AddWayDialog } from "./AddWayDialog";
import { AllowDialog } from "./AllowDialog";
import { Block, Line } from "./Block";
import { ExportDialog } from "./ExportDialog";
import { ImportDialog } from "./ImportDialog";
import { PassphraseDialog } from "./PassphraseDialog";
import { RemoveWayDialog } from "./RemoveWayDialog";
import { type Ask, backupWords, idleWords, secondsWords, stepsOf } from "./sections";
import { backupSentence, recoveryState, usualWays, verifySentence, wayNote, wayTitle, whyKept } from "./securityWords";
import styles from "./SettingsPage.module.css";
import { useSettings } from "./useSettings";

const HERE = "/settings?section=security";
const IDLE = [1, 5, 15, 30, 60, 240, 0];
const SECONDS = [10, 30, 60, 120];
const DAYS = [1, 3, 7, 14, 30, 0];
const KEPT = [3, 7, 14, 30, 100];

/** How the vault opens, when it locks, its backups, its keys, and accounts in a file. */
export function Security({ ask, slot }: { ask: Ask | undefined; slot: string | undefined }) {
  const security = useQuery(queries.vaultSecurity());
  const vault = useQuery(queries.vaultStatus()).data;
  const navigate = useNavigate();
  const errands = useErrands();
  const put = (next?: Ask, of?: string) =>
    void navigate({
      to: "/settings",
      search: { section: "security", ...(next ? { ask: next } : {}), ...(of === undefined ? {} : { slot: of }) },
      replace: true,
    });
  const begin = (errand: Errand) => errands.begin(errand, HERE);
  const close = () => put();
  if (!security.data || !vault) return <ProblemText problem={security.error} />;
  const { data } = security;
  const leaving = data.slots.find((each) => each.id === slot);
  return (
    <>
      {data.warnings.map((warning) => (
        <Warning key={warning.kind} warning={warning} onAsk={put} onBegin={begin} />
      ))}
      <Ways security={data} vault={vault} onAsk={put} onBegin={begin} />
      <Lock security={data} />
      <BackupAndKeys security={data} checking={ask === "check"} onChecking={close} onBegin={begin} />
      <Block title="Accounts in a file">
        <ul className={styles.lines}>
          <Line title="Export accounts" note="Writes sign-ins to a file that is sealed with a passphrase of its own, to take them to another computer.">
            <Button size="small" onClick={() => put("export")}>
              Export accounts…
            </Button>
          </Line>
          <Line title="Bring accounts in" note="Reads such a file. Where both sides have an account, the newer access stays.">
            <Button size="small" onClick={() => put("import")}>
              Bring accounts in…
            </Button>
          </Line>
        </ul>
      </Block>
      <Block title="Lost computer">
        <ul className={styles.lines}>
          <Line
            title="Revoke everything"
            note="Ends every sign-in at its host and takes all accounts out of this vault. It says first what ends and what only you can end."
          >
            <Button size="small" onClick={() => void navigate({ to: "/revoke" })}>
              Revoke everything…
            </Button>
          </Line>
        </ul>
      </Block>
      <Where vault={vault} />
      {ask === "add" && <AddWayDialog security={data} vault={vault} onClose={close} />}
      {ask === "passphrase" && <PassphraseDialog security={data} onClose={close} />}
      {ask === "remove" && leaving && <RemoveWayDialog slot={leaving} security={data} onClose={close} />}
      {ask === "export" && <ExportDialog security={data} onClose={close} />}
      {ask === "import" && <ImportDialog onClose={close} />}
    </>
  );
}

type Asking = { onAsk: (ask: Ask, slot?: string) => void; onBegin: (errand: Errand) => void };

/** Something was noticed; it stays until somebody puts it away. */
function Warning({ warning, onAsk, onBegin }: { warning: VaultWarning } & Asking) {
  const dismiss = useMutation(mutations.warningDismiss());
  return (
    <Notice
      tone={warning.kind === "rolled_back" ? "warning" : "plain"}
      icon={<Icon name="warn" />}
      title={warning.message}
      className={styles.warning}
      action={
        <>
          {warning.kind === "recovery_used" && (
            <Button size="small" onClick={() => onBegin({ what: "recovery" })}>
              Make a new code…
            </Button>
          )}
          {warning.kind === "rolled_back" && (
            <Button size="small" onClick={() => onAsk("passphrase")}>
              Change the passphrase…
            </Button>
          )}
          <Button size="small" onClick={() => dismiss.mutate(warning.kind)}>
            Put away
          </Button>
        </>
      }
    >
      <p>{warning.hint}</p>
      <ProblemText problem={dismiss.error} />
    </Notice>
  );
}

function Ways({ security, vault, onAsk, onBegin }: { security: VaultSecurity; vault: VaultStatus } & Asking) {
  const now = new Date();
  const ways = usualWays(security.slots);
  const recovery = recoveryState(security.slots, now);
  const hasCode = security.slots.some((slot) => slot.kind === "recovery");
  return (
    <Block
      title="Ways to open the vault"
      end={
        <Button variant="link" size="small" onClick={() => onAsk("add")}>
          Add a way…
        </Button>
      }
    >
      <ul className={styles.lines}>
        {ways.map((slot) => (
          // There is one of each, and a changed one is the same row.
          <Line key={slot.kind} title={wayTitle(slot.kind)} note={wayNote(slot, vault, now)}>
            {slot.kind !== "keychain" && (
              <Button size="small" aria-label="Change the passphrase…" onClick={() => onAsk("passphrase")}>
                Change…
              </Button>
            )}
            <Button
              size="small"
              aria-label={`Remove ${wayTitle(slot.kind).toLowerCase()}…`}
              disabledReason={whyKept(slot, security.slots)}
              onClick={() => onAsk("remove", slot.id)}
            >
              Remove…
            </Button>
          </Line>
        ))}
        <Line title="Recovery code" note={<span className={recovery.fine ? undefined : styles.wanting}>{recovery.note}</span>}>
          <Button size="small" onClick={() => onBegin({ what: "recovery" })}>
            {hasCode ? "Make a new one…" : "Make one…"}
          </Button>
        </Line>
      </ul>
      <p className={styles.after}>
        One way always remains. Losing all of them means losing the vault: nobody, us included, can open it for you.
      </p>
    </Block>
  );
}

function Lock({ security }: { security: VaultSecurity }) {
  const { settings, change, problem, wanted, forget } = useSettings();
  const lock = useMutation(mutations.vaultLock());
  if (!settings) return null;
  return (
    <Block title="Lock">
      <ul className={styles.lines}>
        <Line title="Lock when idle for">
          <Select
            label="Lock when idle for"
            value={settings.lock_after_idle_minutes}
            options={stepsOf(IDLE, settings.lock_after_idle_minutes, idleWords)}
            onChange={(minutes) => change({ lock_after_idle_minutes: minutes })}
          />
        </Line>
        <Line title="Lock when this computer sleeps">
          <Switch label="Lock when this computer sleeps" on={settings.lock_on_sleep} onChange={(on) => change({ lock_on_sleep: on })} />
        </Line>
        <Line title="Lock when the screen locks">
          <Switch
            label="Lock when the screen locks"
            on={settings.lock_on_screen_lock}
            onChange={(on) => change({ lock_on_screen_lock: on })}
          />
        </Line>
        <Line title="Clear a copied secret from the clipboard after">
          <Select
            label="Clear a copied secret from the clipboard after"
            value={settings.clear_clipboard_seconds}
            options={stepsOf(SECONDS, settings.clear_clipboard_seconds, secondsWords)}
            onChange={(seconds) => change({ clear_clipboard_seconds: seconds })}
          />
        </Line>
        <Line title="Lock now" note="Ends what is being read, closes the vault and empties this window.">
          <Button size="small" keys={caps("Mod+l", isMac())} busy={lock.isPending ? "Locking…" : undefined} onClick={() => lock.mutate()}>
            Lock now
          </Button>
        </Line>
      </ul>
      <ProblemText problem={problem ?? lock.error} />
      {wanted && <AllowDialog before={settings} wanted={wanted} security={security} onClose={forget} />}
    </Block>
  );
}

function BackupAndKeys({
  security,
  checking,
  onChecking,
  onBegin,
}: {
  security: VaultSecurity;
  /** Somebody asked for a check elsewhere; it begins at once. */
  checking: boolean;
  onChecking: () => void;
} & Pick<Asking, "onBegin">) {
  const { settings, change, problem } = useSettings();
  const make = useMutation(mutations.backupMake());
  const verify = useMutation(mutations.vaultVerify());
  const now = new Date();
  const { mutate: check, isPending } = verify;
  useEffect(() => {
    if (!checking) return;
    onChecking();
    if (!isPending) check();
  }, [checking, onChecking, check, isPending]);
  const { last_backup: last } = security;
  return (
    <Block title="Backup and keys">
      <ul className={styles.lines}>
        <Line
          title="Backup"
          note={
            <>
              {backupSentence(last, now)} {last && <span className={styles.mono}>{last.path}</span>}
              {security.backup_problem !== null && (
                <span className={styles.wanting}>{` The last scheduled one failed. ${security.backup_problem}`}</span>
              )}
              <ProblemText problem={make.error} />
            </>
          }
        >
          <Button size="small" busy={make.isPending ? "Backing up…" : undefined} onClick={() => make.mutate({})}>
            Back up now
          </Button>
          <Button size="small" onClick={() => onBegin({ what: "restore" })}>
            Restore…
          </Button>
        </Line>
        {settings && (
          <>
            <Line title="Back up by itself" note="Only while the vault is open, and only if an account is connected.">
              <Select
                label="Back up by itself"
                value={settings.backup_every_days}
                options={stepsOf(DAYS, settings.backup_every_days, backupWords)}
                onChange={(days) => change({ backup_every_days: days })}
              />
            </Line>
            <Line title="Keep" note="The oldest ones beyond that are removed. Files you named yourself stay.">
              <Select
                label="Backups to keep"
                value={settings.backup_keep}
                options={stepsOf(KEPT, settings.backup_keep, (count) => (count === 1 ? "1 backup" : `${count} backups`))}
                onChange={(count) => change({ backup_keep: count })}
              />
            </Line>
            <BackupFolder
              key={security.backup_folder}
              folder={security.backup_folder}
              named={settings.backup_folder !== null}
              onChange={(folder) => change({ backup_folder: folder })}
            />
          </>
        )}
        <Line
          title="New vault keys"
          note={`Seals everything again under a fresh key. Safe to interrupt at any moment.${
            security.keys_renewed_at === null ? "" : ` Last done ${onDay(new Date(security.keys_renewed_at), now)}.`
          }`}
        >
          <Button size="small" onClick={() => onBegin({ what: "renew" })}>
            Renew…
          </Button>
        </Line>
        <Line
          title="Check the vault"
          note={
            <>
              Reads everything and tries every seal. Changes nothing.
              <span role="status">
                {verify.data && (
                  <span className={verify.data.sound ? styles.found : styles.foundWanting}>
                    {verifySentence(verify.data)}
                    {verify.data.findings.map((finding) => (
                      <span key={finding.what} className={styles.finding}>
                        {[finding.what, finding.safe, finding.action].filter(Boolean).join(" ")}
                      </span>
                    ))}
                  </span>
                )}
              </span>
              <ProblemText problem={verify.error} />
            </>
          }
        >
          <Button size="small" busy={verify.isPending ? "Reading…" : undefined} onClick={() => check()}>
            Check
          </Button>
        </Line>
      </ul>
      <ProblemText problem={problem} />
    </Block>
  );
}

function BackupFolder({ folder, named, onChange }: { folder: string; named: boolean; onChange: (folder: string | null) => void }) {
  const [text, setText] = useState(folder);
  const changed = text.trim() !== folder && text.trim() !== "";
  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (changed) onChange(text.trim());
  }
  return (
    <li className={styles.wholeLine}>
      <form className={styles.fieldLine} onSubmit={submit}>
        <TextField
          label="Folder for backups"
          mono
          value={text}
          onChange={setText}
          beside={
            <>
              {changed && <Button type="submit">Use this folder</Button>}
              {named && !changed && <Button onClick={() => onChange(null)}>Use the one beside the vault</Button>}
            </>
          }
        />
      </form>
    </li>
  );
}

function Where({ vault }: { vault: VaultStatus }) {
  const { copy } = useOutside();
  return (
    <Block title="Where it is">
      <div className={styles.place}>
        <CopyField name="Vault folder" label="Folder" value={vault.path} onCopy={copy} />
      </div>
    </Block>
  );
}
