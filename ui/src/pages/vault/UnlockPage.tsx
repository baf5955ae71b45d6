import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { clock } from "../../components/timeLeft";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useErrands } from "../../frame/ErrandContext";
import type { UnlockVault, VaultStatus } from "../../ipc/bindings";
import type { ProblemError } from "../../ipc/platform";
import { problemOf, ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import { keychainTrouble } from "./keychain";
import { lockedSince } from "./lockedSince";
import { PassphraseTwiceFields } from "./PassphraseTwiceFields";
import { usePassphraseTwice } from "./usePassphraseTwice";
import { usePause } from "./usePause";
import styles from "./vault.module.css";

const WAIT = "Too many wrong tries: the next one has to wait.";
/** Those that a damaged or exchanged header could be behind: then a backup is the way out. */
const BACKUP_HELPS: ReadonlySet<string> = new Set(["wrong_passphrase", "wrong_recovery", "vault_downgraded", "keychain_entry_missing"]);

/** The locked vault: the ways in that this vault has. */
export function UnlockPage({ vault, idleMinutes }: { vault: VaultStatus; idleMinutes?: number | undefined }) {
  const [byCode, setByCode] = useState(false);
  const typed = vault.slots.includes("passphrase") || vault.slots.includes("both");
  const lead = vault.locked ? lockedSince(vault.locked, idleMinutes, new Date()) : usualWay(vault, typed);
  const page = { mark: "locked", foot: "While locked: no sync, nothing can be read.", end: <span className={styles.mono}>{vault.path}</span> } as const;
  if (byCode) return <ByRecovery vault={vault} page={page} onBack={() => setByCode(false)} />;
  return (
    <Alone {...page} title="The vault is locked" lead={lead}>
      <Usual vault={vault} typed={typed} onCode={() => setByCode(true)} />
    </Alone>
  );
}

/** One line under the field, so that nothing moves when the pause is over. */
function toldUnder(wrong: string | undefined, paused: boolean): string | undefined {
  if (!paused) return wrong;
  return wrong === undefined ? WAIT : `${wrong} The next try has to wait.`;
}

function usualWay(vault: VaultStatus, typed: boolean): string {
  if (vault.slots.includes("both")) return `It opens with your passphrase and ${vault.keychain_name} together.`;
  if (typed) return "It opens with your passphrase.";
  return vault.slots.includes("keychain") ? `It opens with ${vault.keychain_name}.` : "It opens with its recovery code.";
}

/** Tries to open the vault, and looks at it anew where that failed: there may be a pause now. */
function useOpening() {
  const unlock = useMutation(mutations.vaultUnlock());
  const { refetch } = useQuery(queries.vaultStatus());
  const [asking, setAsking] = useState<UnlockVault["kind"]>();
  async function open(request: UnlockVault, onRefused: (problem: ProblemError | undefined) => void): Promise<void> {
    if (asking !== undefined) return;
    setAsking(request.kind);
    try {
      await unlock.mutateAsync(request);
    } catch (thrown) {
      await refetch();
      setAsking(undefined);
      onRefused(problemOf(thrown));
    }
  }
  return { open, asking, problem: problemOf(unlock.error), tried: unlock.variables?.kind, forget: () => unlock.isError && unlock.reset() };
}

function Usual({ vault, typed, onCode }: { vault: VaultStatus; typed: boolean; onCode: () => void }) {
  const { open, asking, problem, tried, forget } = useOpening();
  const [passphrase, setPassphrase] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const first = useRef<HTMLButtonElement>(null);
  const pause = usePause(vault.wait_until);
  const paused = pause > 0;
  useEffect(() => (field.current ?? first.current)?.focus(), []);
  const wrong = tried === "passphrase" && problem?.code === "wrong_passphrase";
  const byKeychain = vault.slots.includes("keychain");
  const byCode = vault.slots.includes("recovery");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (paused) return;
    void open({ kind: "passphrase", passphrase }, () => {
      // What was typed stays, selected: mending one letter and typing it anew are both one step.
      field.current?.focus();
      field.current?.select();
    });
  }

  const keychain = (
    <Button
      ref={typed ? undefined : first}
      variant={typed ? "link" : "primary"}
      busy={asking === "keychain" ? `Asking ${vault.keychain_name}…` : undefined}
      onClick={() => void open({ kind: "keychain" }, () => undefined)}
    >
      Try the keychain again
    </Button>
  );
  const code = (
    <Button ref={typed || byKeychain ? undefined : first} variant="link" onClick={onCode}>
      Use the recovery code…
    </Button>
  );
  // One cause, one message: the newest word on the matter, and nothing beside it.
  const told = problem && !wrong && problem.code !== "too_soon";
  const trouble = vault.notice ?? (byKeychain || vault.slots.includes("both") ? keychainTrouble(vault) : undefined);

  return (
    <>
      {typed && (
        <form onSubmit={submit}>
          <SecretField
            ref={field}
            label="Passphrase"
            autoComplete="current-password"
            big
            value={passphrase}
            onChange={(text) => {
              setPassphrase(text);
              forget();
            }}
            error={toldUnder(wrong ? "That is not the passphrase." : undefined, paused)}
            beside={
              <Button
                type="submit"
                variant="primary"
                size="tall"
                className={styles.clock}
                aria-label="Open"
                keys={paused ? undefined : ["↵"]}
                disabledReason={paused ? WAIT : undefined}
                busy={asking === "passphrase" ? "Opening…" : undefined}
              >
                {paused ? clock(pause) : "Open"}
              </Button>
            }
          />
        </form>
      )}
      <div className={typed ? styles.links : styles.row}>
        {byKeychain && keychain}
        {byCode && code}
        {problem && BACKUP_HELPS.has(problem.code) && <RestoreLink />}
      </div>
      {told ? (
        <ProblemText className={styles.problem} problem={problem} />
      ) : (
        trouble && <p className={styles.trouble}>{trouble}</p>
      )}
    </>
  );
}

/** The passphrase is forgotten or the keychain gone: the printed code, and a passphrase for from now on. */
function ByRecovery({
  vault,
  page,
  onBack,
}: {
  vault: VaultStatus;
  page: { mark: "locked"; foot: string; end: ReactNode };
  onBack: () => void;
}) {
  const { open, asking, problem, forget } = useOpening();
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);
  const twice = usePassphraseTwice();
  const field = useRef<HTMLInputElement>(null);
  const pause = usePause(vault.wait_until);
  const paused = pause > 0;
  useEffect(() => field.current?.focus(), []);
  const missing = asked && code.trim() === "" ? "Type the recovery code." : undefined;
  const wrong = problem?.code === "wrong_recovery" || problem?.code === "invalid_input";
  const error = missing ?? (wrong ? problem.message : undefined);
  const replaced = vault.slots.includes("passphrase") || vault.slots.includes("both");

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (paused) return;
    setAsked(true);
    if (code.trim() === "") {
      field.current?.focus();
      return;
    }
    const new_passphrase = twice.take();
    if (new_passphrase === undefined) return;
    void open({ kind: "recovery", code, new_passphrase }, () => {
      field.current?.focus();
      field.current?.select();
    });
  }

  return (
    <Alone
      {...page}
      title="Open with the recovery code"
      lead={
        replaced
          ? "The code opens the vault, and a new passphrase takes the place of the one there is."
          : "The code opens the vault. The passphrase you choose becomes one more way to open it."
      }
      onEscape={onBack}
    >
      <form onSubmit={submit}>
        <div className={styles.fields}>
          <TextField
            ref={field}
            label="Recovery code"
            hint="Eight groups of four. Spaces, hyphens and capitals do not matter."
            mono
            big
            value={code}
            onChange={(text) => {
              setCode(text);
              forget();
            }}
            error={toldUnder(error, paused)}
          />
          <PassphraseTwiceFields twice={twice} label="New passphrase" big />
        </div>
        <ProblemText className={styles.problem} problem={wrong || problem?.code === "too_soon" ? undefined : problem} />
        <div className={styles.actions}>
          <Button
            type="submit"
            variant="primary"
            className={styles.clock}
            aria-label="Open"
            keys={paused ? undefined : ["↵"]}
            disabledReason={paused ? WAIT : undefined}
            busy={asking === "recovery" ? "Opening…" : undefined}
          >
            {paused ? clock(pause) : "Open"}
          </Button>
          <Button variant="link" onClick={onBack}>
            Back
          </Button>
          {problem && BACKUP_HELPS.has(problem.code) && <RestoreLink />}
        </div>
      </form>
    </Alone>
  );
}

function RestoreLink() {
  const errands = useErrands();
  return (
    <Button variant="link" onClick={() => errands.begin({ what: "restore" })}>
      Restore a backup…
    </Button>
  );
}
