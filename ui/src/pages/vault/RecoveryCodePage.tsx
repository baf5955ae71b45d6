import { type UseMutationResult, useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { Proven, RecoveryCode, VaultStatus } from "../../ipc/bindings";
import type { ProblemError } from "../../ipc/platform";
import { usePlatform } from "../../ipc/PlatformContext";
import { ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import { RecoverySheet } from "./RecoverySheet";
import styles from "./vault.module.css";

/** The making of a code; whoever began it holds the proof, so that it can be tried again. */
export type Making = UseMutationResult<RecoveryCode, ProblemError, Proven>;

type Props = { vault: VaultStatus; making: Making; onDone: () => void };

/** A new recovery code: shown once, then asked for, so that nobody only thinks of having it. */
export function RecoveryCodePage({ vault, making, onDone }: Props) {
  const [away, setAway] = useState(false);
  if (!making.data) return <NoCodeYet vault={vault} making={making} onDone={onDone} />;
  return away ? (
    <CheckPage vault={vault} ask={making.data.ask} onBack={() => setAway(false)} onDone={onDone} />
  ) : (
    <CodePage vault={vault} code={making.data.code} onAway={() => setAway(true)} onDone={onDone} />
  );
}

function NoCodeYet({ vault, making, onDone }: Props) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const { variables } = making;
  return (
    <Alone
      mark="open"
      titleRef={heading}
      title="Your recovery code"
      lead={making.isError ? "The code could not be made. The vault itself is as it should be." : "It is being made."}
      foot="Works offline. No telemetry."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      {making.isError && (
        <>
          <ProblemText problem={making.error} />
          <div className={styles.actions}>
            {variables && (
              <Button variant="primary" onClick={() => making.mutate(variables)}>
                Try again
              </Button>
            )}
            <Button variant="link" onClick={onDone}>
              Later
            </Button>
          </div>
        </>
      )}
    </Alone>
  );
}

function CodePage({ vault, code, onAway, onDone }: { vault: VaultStatus; code: string; onAway: () => void; onDone: () => void }) {
  const platform = usePlatform();
  const seconds = useQuery(queries.settings()).data?.clear_clipboard_seconds;
  const copy = useMutation({ mutationFn: () => platform.copySecret({ text: code }) });
  const heading = useRef<HTMLHeadingElement>(null);
  const [made] = useState(() => new Date());
  useEffect(() => heading.current?.focus(), []);
  const groups = code.split("-");
  return (
    <Alone
      mark="open"
      titleRef={heading}
      title="Your recovery code"
      lead="It opens the vault when a passphrase is forgotten or a keychain is gone. It is shown this once: print it or write it down, and keep it away from this computer."
      foot="Whoever has the code and the vault’s file can open it."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <ol className={styles.groups} aria-label="Recovery code">
        {groups.map((group, index) => (
          <li key={index} className={styles.group}>
            <code>{group}</code>
            {index + 1}
          </li>
        ))}
      </ol>
      <RecoverySheet groups={groups} folder={vault.path} made={made} />
      <div className={styles.actions}>
        <Button variant="primary" onClick={onAway}>
          I have put it away
        </Button>
        <Button onClick={() => print()}>Print…</Button>
        <Button onClick={() => copy.mutate()}>Copy</Button>
        <Button variant="link" onClick={onDone}>
          Later
        </Button>
      </div>
      <p className={styles.after} role="status">
        {copy.isSuccess && `Copied. It leaves the clipboard after ${seconds ?? 30} seconds.`}
      </p>
      <ProblemText problem={copy.error} />
    </Alone>
  );
}

function CheckPage({
  vault,
  ask,
  onBack,
  onDone,
}: {
  vault: VaultStatus;
  ask: readonly number[];
  onBack: () => void;
  onDone: () => void;
}) {
  const check = useMutation(mutations.recoveryCheck());
  const [groups, setGroups] = useState(() => ask.map(() => ""));
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => first.current?.focus(), []);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (check.isPending) return;
    check.mutate(
      { groups },
      {
        onSuccess: onDone,
        onError: () => {
          first.current?.focus();
          first.current?.select();
        },
      },
    );
  }

  return (
    <Alone
      mark="open"
      onEscape={onBack}
      title="Show that you have it"
      lead={`Type ${inWords(ask.length)} of its groups from where you put it. The small number under a group is its place.`}
      foot="The code before this one ends when this is right."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <form onSubmit={submit}>
        <div className={styles.pair}>
          {ask.map((at, index) => (
            <TextField
              key={at}
              {...(index === 0 ? { ref: first } : {})}
              label={`Group ${at}`}
              mono
              big
              value={groups[index] ?? ""}
              onChange={(text) => {
                setGroups(groups.map((group, other) => (other === index ? text : group)));
                if (check.isError) check.reset();
              }}
            />
          ))}
        </div>
        <ProblemText className={styles.problem} problem={check.error} />
        <div className={styles.actions}>
          <Button type="submit" variant="primary" keys={["↵"]} busy={check.isPending ? "Checking…" : undefined}>
            Check
          </Button>
          <Button onClick={onBack}>Show the code again</Button>
          <Button variant="link" onClick={onDone}>
            Later
          </Button>
        </div>
      </form>
    </Alone>
  );
}

function inWords(count: number): string {
  return ["none", "one", "two", "three", "four"][count] ?? String(count);
}
