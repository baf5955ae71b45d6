import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { ChoiceList } from "../../components/ChoiceList";
import { Icon } from "../../components/Icon";
import { SecretField } from "../../components/SecretField";
import { mutations } from "../../data/mutations";
import type { SlotKind, VaultStatus } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import { keychainChoice } from "./keychain";
import { passphraseProblem } from "./passphrase";
import styles from "./vault.module.css";

/** The first page of all: where the vault's key is kept. */
export function FirstRunPage({ vault }: { vault: VaultStatus }) {
  const keychain = keychainChoice(vault);
  const [chosen, setChosen] = useState<SlotKind>(keychain.disabledReason ? "passphrase" : "keychain");
  const [typing, setTyping] = useState(false);
  const way = keychain.disabledReason ? "passphrase" : chosen;
  const create = useMutation(mutations.vaultCreate());
  const group = useRef<HTMLLIElement>(null);
  useEffect(() => group.current?.focus(), []);

  if (typing) return <PassphrasePage vault={vault} onBack={() => setTyping(false)} />;

  function go() {
    if (way === "passphrase") setTyping(true);
    else if (!create.isPending) create.mutate({ kind: "keychain" });
  }

  return (
    <Alone
      mark="open"
      title="Where should the vault’s key be kept?"
      lead="Your sign-ins and repository list live in one encrypted file on this computer. There is no Drawbridge account, and nothing to register."
      foot="Works offline. No telemetry."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          go();
        }}
      >
        <ChoiceList
          label="How the vault opens"
          look="cards"
          keys="anywhere"
          onEnter={go}
          focusRef={group}
          value={way}
          onChange={setChosen}
          choices={[
            { value: "keychain", title: "In this computer’s keychain", icon: <Icon name="key" />, ...keychain },
            {
              value: "passphrase",
              title: "In your head, as a passphrase",
              icon: <Icon name="pass" />,
              note: "You type it after each start. Needs no keychain; works on servers too.",
            },
          ]}
        />
        <ProblemText className={styles.problem} problem={create.error} />
        <div className={styles.actions}>
          <Button type="submit" variant="primary" keys={["↵"]} busy={create.isPending ? "Making the vault…" : undefined}>
            {way === "passphrase" ? "Choose a passphrase…" : "Make the vault"}
          </Button>
        </div>
      </form>
    </Alone>
  );
}

function PassphrasePage({ vault, onBack }: { vault: VaultStatus; onBack: () => void }) {
  const [first, setFirst] = useState("");
  const [second, setSecond] = useState("");
  const [asked, setAsked] = useState(false);
  const firstField = useRef<HTMLInputElement>(null);
  const secondField = useRef<HTMLInputElement>(null);
  const create = useMutation(mutations.vaultCreate());
  const problem = passphraseProblem(first, second);
  useEffect(() => firstField.current?.focus(), []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (create.isPending) return;
    setAsked(true);
    if (problem.first) firstField.current?.focus();
    else if (problem.second) secondField.current?.focus();
    else create.mutate({ kind: "passphrase", passphrase: first });
  }

  return (
    <Alone
      mark="open"
      title="Choose a passphrase"
      onEscape={onBack}
      lead="You type it after each start. A few words that belong together for you are better than one hard word. Nobody can open the vault without it, and nobody can look it up."
      foot="Works offline. No telemetry."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <form onSubmit={submit}>
        <div className={styles.fields}>
          <SecretField
            ref={firstField}
            label="Passphrase"
            autoComplete="new-password"
            big
            value={first}
            onChange={setFirst}
            error={asked ? problem.first : undefined}
          />
          <SecretField
            ref={secondField}
            label="The same once more"
            autoComplete="new-password"
            big
            value={second}
            onChange={setSecond}
            error={asked ? problem.second : undefined}
          />
        </div>
        <ProblemText className={styles.problem} problem={create.error} />
        <div className={styles.actions}>
          <Button type="submit" variant="primary" keys={["↵"]} busy={create.isPending ? "Making the vault…" : undefined}>
            Make the vault
          </Button>
          <Button variant="link" onClick={onBack}>
            Back
          </Button>
        </div>
      </form>
    </Alone>
  );
}
