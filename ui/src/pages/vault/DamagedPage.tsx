import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { type Choice, ChoiceList } from "../../components/ChoiceList";
import { CopyField, useCopy } from "../../components/CopyField";
import { Icon } from "../../components/Icon";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { useErrands } from "../../frame/ErrandContext";
import { useWindowFacts } from "../../frame/WindowContext";
import type { Rescued, VaultStatus } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { ProblemText } from "../ProblemText";
import { moment, number } from "../when";
import { Alone } from "./Alone";
import { backupNote, countOf } from "./backupWords";
import { openingWays } from "./proof";
import { ProvePage } from "./ProvePage";
import { reportText } from "./report";
import styles from "./vault.module.css";

type Way = "restore" | "rescue";

/** The vault's files can't be read as a vault: a backup, what can be rescued, and what to tell others. */
export function DamagedPage({ vault }: { vault: VaultStatus }) {
  const [proving, setProving] = useState(false);
  const errands = useErrands();
  const rescue = useMutation(mutations.vaultRescue());
  const [ways] = useState(() => openingWays(vault.slots));
  if (rescue.data) return <RescuedPage vault={vault} rescued={rescue.data} onDone={errands.end} />;
  if (proving) {
    return (
      <ProvePage
        vault={vault}
        mark="locked"
        title="Rescue what can be read"
        lead="What opens and fits together is copied into a new vault, which takes the place of this one. The damaged files are kept beside it."
        ways={ways}
        problem={rescue.error}
        button="Rescue"
        busy={rescue.isPending ? "Reading what can be read…" : undefined}
        onForget={() => rescue.isError && rescue.reset()}
        onProof={(proof, refused) => {
          errands.begin({ what: "damaged" });
          errands.setThrough(true);
          rescue.mutate(
            { proof },
            {
              onError: (problem) => {
                errands.end();
                refused(problem);
              },
              onSettled: () => errands.setThrough(false),
            },
          );
        }}
        onBack={() => {
          rescue.reset();
          setProving(false);
        }}
      />
    );
  }
  return <ChoicePage vault={vault} onRescue={() => setProving(true)} />;
}

function ChoicePage({ vault, onRescue }: { vault: VaultStatus; onRescue: () => void }) {
  const platform = usePlatform();
  const { version } = useWindowFacts();
  const errands = useErrands();
  const status = useQuery(queries.vaultStatus());
  const backups = useQuery({ ...queries.backupList(), staleTime: 0 });
  const newest = backups.data?.[0];
  const [chosen, setChosen] = useState<Way>();
  const [problem, setProblem] = useState<unknown>();
  const group = useRef<HTMLLIElement>(null);
  const report = useCopy(async () => {
    try {
      await platform.copyText(reportText(await platform.vaultDoctor(), "vault_damaged", version));
    } catch (thrown) {
      setProblem(thrown);
      throw thrown;
    }
  });
  // Without its header nothing in a vault opens, whatever is typed.
  const hopeless = vault.slots.length === 0;
  const way = chosen ?? (newest !== undefined || hopeless ? "restore" : "rescue");
  const ready = !backups.isPending;
  useEffect(() => {
    if (ready) group.current?.focus();
  }, [ready]);
  const choices: Choice<Way>[] = [
    newest
      ? {
          value: "restore",
          title: `Restore the backup of ${moment(new Date(newest.made_at), new Date()).replace(/^(Today|Yesterday)/, (word) => word.toLowerCase())}`,
          icon: <Icon name="clock" />,
          note: `${backupNote(newest)} Accounts whose access was renewed since ask for a sign-in; the list catches up by itself.`,
        }
      : { value: "restore", title: "Restore a backup", icon: <Icon name="clock" />, note: "None was found in the backup folder. One elsewhere can be named." },
    {
      value: "rescue",
      title: "Rescue what can be read",
      icon: <Icon name="search" />,
      note: "Copies sound entries into a new vault and lists what is lost. The damaged file is kept.",
      disabledReason: hopeless ? "The vault’s header is damaged too, and without it nothing in the vault opens." : undefined,
    },
  ];
  function go() {
    if (way === "rescue") onRescue();
    else errands.begin(newest ? { what: "restore", path: newest.path } : { what: "restore" });
  }
  return (
    <Alone
      mark="locked"
      title="The vault file is damaged"
      lead="Part of it fails its check, so it was not opened. Drawbridge has changed and deleted nothing. This usually comes from a failing disk or a sync program copying half a file."
      foot="Your repositories at the providers are not affected."
      end={<span className={styles.mono}>vault_damaged</span>}
    >
      <ChoiceList
        label="What to do"
        look="cards"
        keys="anywhere"
        onEnter={go}
        focusRef={group}
        value={way}
        onChange={setChosen}
        choices={choices}
      />
      <div className={styles.actions}>
        <Button variant="primary" keys={["↵"]} onClick={go}>
          {way === "restore" ? "Restore…" : "Rescue…"}
        </Button>
        <Button busy={status.isFetching ? "Looking…" : undefined} onClick={() => void status.refetch()}>
          Look again
        </Button>
        <Button variant="link" onClick={() => report.copy("")}>
          {report.copied ? "Copied" : "Copy a report without secrets"}
        </Button>
      </div>
      <div className={styles.place}>
        <CopyField name="Vault folder" label="Folder" value={vault.path} onCopy={(text) => platform.copyText(text)} />
      </div>
      <ProblemText className={styles.problem} problem={problem ?? status.error ?? backups.error} />
    </Alone>
  );
}

function RescuedPage({ vault, rescued, onDone }: { vault: VaultStatus; rescued: Rescued; onDone: () => void }) {
  const platform = usePlatform();
  const go = useRef<HTMLButtonElement>(null);
  useEffect(() => go.current?.focus(), []);
  const saved = `${countOf(rescued.accounts, "account", "accounts", number)} and ${countOf(rescued.repositories, "repository", "repositories", number)}`;
  return (
    <Alone
      mark="open"
      title="What could be read is saved"
      lead={`${saved} are in a new vault, which opens as the old one did. ${
        rescued.lost.length === 0 ? "Nothing was lost." : "The next sync brings repositories back."
      }`}
      foot="Your repositories at the providers are not affected."
      end={<span className={styles.mono}>{vault.path}</span>}
    >
      <div className={styles.stack}>
        {rescued.lost.length > 0 && (
          <section aria-label="What could not be read">
            <h2>What could not be read</h2>
            <ul className={styles.lost} data-selectable>
              {rescued.lost.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        )}
        <div>
          <p className={styles.read}>The damaged file is kept here:</p>
          <div className={styles.place}>
            <CopyField name="Folder of the damaged vault" label="Folder" value={rescued.put_aside} onCopy={(text) => platform.copyText(text)} />
          </div>
        </div>
        <div className={styles.row}>
          <Button ref={go} variant="primary" keys={["↵"]} onClick={onDone}>
            Show the list
          </Button>
        </div>
      </div>
    </Alone>
  );
}
