import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { SecretField } from "../../components/SecretField";
import { mutations } from "../../data/mutations";
import type { VaultStatus } from "../../ipc/bindings";
import { problemOf, ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import styles from "./vault.module.css";

/** The locked vault: the ways in that this vault has. */
export function UnlockPage({ vault }: { vault: VaultStatus }) {
  const byPassphrase = vault.slots.includes("passphrase");
  const byKeychain = vault.slots.includes("keychain");
  return (
    <Alone
      mark="locked"
      title="The vault is locked"
      lead={vault.notice ?? (byPassphrase ? "It opens with your passphrase." : `It opens with ${vault.keychain_name}.`)}
      foot="While locked: no sync, nothing can be read."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      {byPassphrase && <PassphraseForm />}
      {byKeychain && <KeychainForm vault={vault} alone={!byPassphrase} />}
    </Alone>
  );
}

function PassphraseForm() {
  const [passphrase, setPassphrase] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const unlock = useMutation(mutations.vaultUnlock());
  const problem = problemOf(unlock.error);
  const wrong = problem?.code === "wrong_passphrase";
  useEffect(() => field.current?.focus(), []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (unlock.isPending) return;
    unlock.mutate(
      { kind: "passphrase", passphrase },
      {
        onError: () => {
          // What was typed stays, selected: mending one letter and typing it anew are both one step.
          field.current?.focus();
          field.current?.select();
        },
      },
    );
  }

  return (
    <form onSubmit={submit}>
      <SecretField
        ref={field}
        label="Passphrase"
        autoComplete="current-password"
        big
        value={passphrase}
        onChange={(text) => {
          setPassphrase(text);
          if (unlock.isError) unlock.reset();
        }}
        error={wrong ? "That is not the passphrase." : undefined}
        beside={
          <Button type="submit" variant="primary" size="tall" keys={["↵"]} busy={unlock.isPending ? "Opening…" : undefined}>
            Open
          </Button>
        }
      />
      {!wrong && <ProblemText className={styles.problem} problem={unlock.error} />}
    </form>
  );
}

function KeychainForm({ vault, alone }: { vault: VaultStatus; alone: boolean }) {
  const unlock = useMutation(mutations.vaultUnlock());
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (alone) button.current?.focus();
  }, [alone]);
  return (
    <>
      <div className={alone ? undefined : styles.links}>
        <Button
          ref={button}
          variant={alone ? "primary" : "link"}
          busy={unlock.isPending ? `Asking ${vault.keychain_name}…` : undefined}
          onClick={() => unlock.mutate({ kind: "keychain" })}
        >
          Try the keychain again
        </Button>
      </div>
      <ProblemText className={styles.problem} problem={unlock.error} />
    </>
  );
}
