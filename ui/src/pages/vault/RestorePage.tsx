import { useMutation, useQuery } from "@tanstack/react-query";
import { type SubmitEvent, useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { type Choice, ChoiceList } from "../../components/ChoiceList";
import { CopyField } from "../../components/CopyField";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useErrands } from "../../frame/ErrandContext";
import type { Restored, VaultStatus } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { ProblemText } from "../ProblemText";
import { moment, number } from "../when";
import { Alone } from "./Alone";
import { backupNote, countOf } from "./backupWords";
import { isWrongProof, otherProblem, ProofFields } from "./ProofFields";
import { openingWays, type ProofWay } from "./proof";
import { useProof } from "./useProof";
import styles from "./vault.module.css";

const ELSEWHERE = "elsewhere";
/** Of a file nobody has looked into yet, every way may be the one. */
const ALL_WAYS: readonly ProofWay[] = ["passphrase", "recovery", "keychain"];
const NONE: readonly ProofWay[] = [];

/** Puts a backup in the vault's place: one of the folder, or any other by its path. */
export function RestorePage({ vault, path }: { vault: VaultStatus; path: string | undefined }) {
  const errands = useErrands();
  const restore = useMutation(mutations.backupRestore());
  // What is said about the vault of before stays true while the work closes and opens it.
  const [before] = useState(vault.state);
  // The folder may have changed without a word while the vault was closed.
  const backups = useQuery({ ...queries.backupList(), staleTime: 0 });
  const [chosen, setChosen] = useState(path);
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState(false);
  const pathField = useRef<HTMLInputElement>(null);
  const form = useRef<HTMLFormElement>(null);
  const group = useRef<HTMLLIElement>(null);
  const now = new Date();
  const list = backups.data ?? [];
  const value = chosen ?? list[0]?.path ?? ELSEWHERE;
  const elsewhere = value === ELSEWHERE;
  const backup = list.find((each) => each.path === value);
  const proof = useProof(elsewhere ? ALL_WAYS : backup ? openingWays(backup.opens_with) : NONE);
  const ready = !backups.isPending;
  useEffect(() => {
    if (ready) group.current?.focus();
  }, [ready]);

  if (restore.data) return <RestoredPage vault={vault} restored={restore.data} onDone={errands.end} />;

  const choices: Choice<string>[] = [
    ...list.map((each) => ({ value: each.path, title: moment(new Date(each.made_at), now), note: backupNote(each) })),
    { value: ELSEWHERE, title: "Another file", note: list.length === 0 ? "None was found in the backup folder; name one by its path." : "Named by its path." },
  ];
  const forget = () => {
    if (restore.isError) restore.reset();
  };

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (restore.isPending) return;
    setAsked(true);
    const file = elsewhere ? typed.trim() : value;
    if (file === "") {
      pathField.current?.focus();
      return;
    }
    const given = proof.take();
    if (!given) return;
    errands.setThrough(true);
    restore.mutate(
      { path: file, proof: given },
      {
        onSettled: () => errands.setThrough(false),
        onError: (problem) => {
          if (isWrongProof(problem)) proof.refused();
        },
      },
    );
  }

  return (
    <Alone
      mark={before === "open" ? "open" : "locked"}
      title="Restore a backup"
      lead={
        before === "absent"
          ? "The backup becomes the vault of this computer. It opens the way it did when it was made."
          : "The backup takes the vault’s place. What is there now is put aside in its folder; nothing is deleted."
      }
      foot="Everything is checked before anything is changed."
      end={<span className={styles.mono}>{vault.path}</span>}
      onEscape={errands.end}
    >
      {!ready ? (
        <p className={styles.read}>Looking for backups…</p>
      ) : (
        <form ref={form} onSubmit={submit} className={styles.stack}>
          <div className={styles.files}>
            <ChoiceList
              label="Backup"
              look="rows"
              value={value}
              onChange={(next) => {
                setChosen(next);
                forget();
              }}
              choices={choices}
              focusRef={group}
              onEnter={() => form.current?.requestSubmit()}
            />
          </div>
          {elsewhere && (
            <TextField
              ref={pathField}
              label="File"
              hint="Its whole path, as in /home/me/Backups/mine.drawbridge."
              mono
              value={typed}
              onChange={(text) => {
                setTyped(text);
                forget();
              }}
              error={asked && typed.trim() === "" ? "Type the path of the file." : undefined}
            />
          )}
          {proof.ways.length > 0 && (
            <ProofFields proof={proof} problem={restore.error} label="Passphrase of then" onType={forget} />
          )}
          <ProblemText problem={otherProblem(restore.error) ?? backups.error} />
          <div className={styles.row}>
            <Button type="submit" variant="primary" keys={["↵"]} busy={restore.isPending ? "Restoring…" : undefined}>
              Restore
            </Button>
            <Button variant="link" onClick={errands.end}>
              Back
            </Button>
          </div>
        </form>
      )}
    </Alone>
  );
}

function RestoredPage({ vault, restored, onDone }: { vault: VaultStatus; restored: Restored; onDone: () => void }) {
  const platform = usePlatform();
  const { backup, put_aside } = restored;
  const go = useRef<HTMLButtonElement>(null);
  useEffect(() => go.current?.focus(), []);
  const holds = [
    backup.accounts !== null && countOf(backup.accounts, "account", "accounts", number),
    backup.repositories !== null && countOf(backup.repositories, "repository", "repositories", number),
  ].filter(Boolean);
  return (
    <Alone
      mark="open"
      title="The backup is the vault now"
      lead={`It is of ${inSentence(moment(new Date(backup.made_at), new Date()))}${holds.length > 0 ? `, with ${holds.join(" and ")}` : ""}. Access that can be renewed only once asks for a sign-in; the list catches up by itself.`}
      foot="Works offline. No telemetry."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      {put_aside !== null && (
        <>
          <p className={styles.read}>The vault that was there before is kept here:</p>
          <div className={styles.place}>
            <CopyField name="Folder of the vault before" label="Folder" value={put_aside} onCopy={(text) => platform.copyText(text)} />
          </div>
        </>
      )}
      <div className={styles.actions}>
        <Button ref={go} variant="primary" keys={["↵"]} onClick={onDone}>
          Show the list
        </Button>
      </div>
    </Alone>
  );
}

/** `Today, 14:08` in the middle of a sentence. */
function inSentence(text: string): string {
  return text.replace(/^(Today|Yesterday)/, (word) => word.toLowerCase());
}
