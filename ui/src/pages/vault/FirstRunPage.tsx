import { useMutation } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { type Choice, ChoiceList } from "../../components/ChoiceList";
import { Icon } from "../../components/Icon";
import { mutations } from "../../data/mutations";
import { useErrands } from "../../frame/ErrandContext";
import type { CreateVault, Proof, VaultStatus } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import { keychainChoice } from "./keychain";
import { PassphraseTwiceFields } from "./PassphraseTwiceFields";
import { RecoveryCodePage } from "./RecoveryCodePage";
import { usePassphraseTwice } from "./usePassphraseTwice";
import styles from "./vault.module.css";

type Way = CreateVault["kind"];

/**
 * The first page of all: where the vault's key is kept. It keeps the window until the recovery code was
 * shown, so the passphrase that proves the person for it is held here and nowhere else.
 */
export function FirstRunPage({ vault }: { vault: VaultStatus }) {
  const [typing, setTyping] = useState<"passphrase" | "both">();
  const errands = useErrands();
  const create = useMutation(mutations.vaultCreate());
  const making = useMutation(mutations.recoveryMake());

  function make(request: CreateVault) {
    if (create.isPending) return;
    const proof: Proof = request.kind === "keychain" ? request : { kind: "passphrase", passphrase: request.passphrase };
    errands.begin({ what: "first-run" });
    create.mutate(request, { onSuccess: () => making.mutate({ proof }), onError: errands.end });
  }

  if (create.isSuccess) return <RecoveryCodePage vault={vault} making={making} onDone={errands.end} />;
  const busy = create.isPending ? "Making the vault…" : undefined;
  if (typing) {
    return (
      <PassphrasePage
        vault={vault}
        kind={typing}
        busy={busy}
        problem={create.error}
        onMake={(passphrase) => make({ kind: typing, passphrase })}
        onBack={() => {
          create.reset();
          setTyping(undefined);
        }}
      />
    );
  }
  return (
    <ChoicePage
      vault={vault}
      busy={busy}
      problem={create.error}
      onGo={(way) => {
        if (way === "keychain") make({ kind: way });
        else setTyping(way);
      }}
      onRestore={() => errands.begin({ what: "restore" })}
    />
  );
}

function ChoicePage({
  vault,
  busy,
  problem,
  onGo,
  onRestore,
}: {
  vault: VaultStatus;
  busy: string | undefined;
  problem: unknown;
  onGo: (way: Way) => void;
  onRestore: () => void;
}) {
  const keychain = keychainChoice(vault);
  const usable = keychain.disabledReason === undefined;
  const [chosen, setChosen] = useState<Way>("keychain");
  const way = usable ? chosen : "passphrase";
  const group = useRef<HTMLLIElement>(null);
  useEffect(() => group.current?.focus(), []);
  const choices: Choice<Way>[] = [
    { value: "keychain", title: "In this computer’s keychain", icon: <Icon name="key" />, ...keychain },
    {
      value: "passphrase",
      title: "In your head, as a passphrase",
      icon: <Icon name="pass" />,
      note: "You type it after each start. Needs no keychain; works on servers too.",
    },
  ];
  // Why there is no keychain is said once, so what needs it too is not offered then.
  if (usable) {
    choices.push({
      value: "both",
      title: "In both, each of them needed",
      icon: <Icon name="lock" />,
      note: "You type the passphrase, and only on this computer: neither it nor the keychain opens the vault alone.",
    });
  }
  const go = () => {
    if (busy === undefined) onGo(way);
  };
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
          choices={choices}
        />
        <p className={styles.after}>You can add ways later. Whichever it is, you get a recovery code to print.</p>
        <ProblemText className={styles.problem} problem={problem} />
        <div className={styles.actions}>
          <Button type="submit" variant="primary" keys={["↵"]} busy={busy}>
            {way === "keychain" ? "Make the vault" : "Choose a passphrase…"}
          </Button>
          <Button variant="link" onClick={onRestore}>
            Restore a backup…
          </Button>
        </div>
      </form>
    </Alone>
  );
}

function PassphrasePage({
  vault,
  kind,
  busy,
  problem,
  onMake,
  onBack,
}: {
  vault: VaultStatus;
  kind: "passphrase" | "both";
  busy: string | undefined;
  problem: unknown;
  onMake: (passphrase: string) => void;
  onBack: () => void;
}) {
  const twice = usePassphraseTwice();
  const { firstField } = twice;
  useEffect(() => firstField.current?.focus(), [firstField]);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    const passphrase = twice.take();
    if (passphrase !== undefined) onMake(passphrase);
  }

  return (
    <Alone
      mark="open"
      title="Choose a passphrase"
      onEscape={onBack}
      lead={
        kind === "both"
          ? "You type it after each start, and the keychain adds its half. A few words that belong together for you are better than one hard word."
          : "You type it after each start. A few words that belong together for you are better than one hard word. Nobody can look it up."
      }
      foot="Works offline. No telemetry."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <form onSubmit={submit}>
        <PassphraseTwiceFields twice={twice} label="Passphrase" big />
        <ProblemText className={styles.problem} problem={problem} />
        <div className={styles.actions}>
          <Button type="submit" variant="primary" keys={["↵"]} busy={busy}>
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
