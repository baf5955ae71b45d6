import { useQueries } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Button } from "../../components/Button";
import { useActions } from "../../actions/ActionsContext";
import { queries } from "../../data/queries";
import type { Account, RepositoryQuery, SyncProgress } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import { ConnectButton } from "../connect/ConnectButton";
import { hostsToAsk, sends } from "../hosts/words";
import { number } from "../when";
import styles from "./Empty.module.css";
import { asQuery, chipWords, withoutChip } from "./filters";

/** Nobody is connected yet. */
export function NoAccounts() {
  return (
    <div className={styles.page}>
      <h2>Nothing to list yet</h2>
      <p>Connect an account and its repositories appear here while they are being read, usually within seconds.</p>
      <div className={styles.actions}>
        <ConnectButton />
      </div>
    </div>
  );
}

/** Accounts are there, but no repository: it is being read, or there is none. */
export function NoRepositories({ accounts, running }: { accounts: readonly Account[]; running: readonly SyncProgress[] }) {
  if (running.length > 0) {
    return (
      <div className={styles.page} role="status">
        {running.map((progress) => {
          const account = accounts.find((each) => each.id === progress.account);
          return (
            <p key={progress.account} className={styles.reading}>
              {readingSentence(progress, account?.host_label ?? progress.login)}
            </p>
          );
        })}
      </div>
    );
  }
  const unread = accounts.every((account) => account.synced_at === null);
  return (
    <div className={styles.page}>
      <h2>{unread ? "Nothing was read yet" : "No repositories"}</h2>
      <p>
        {unread
          ? "The list appears here as soon as an account could be read."
          : "The accounts that are connected reach none. New ones appear here when a sync finds them."}
      </p>
    </div>
  );
}

export function readingSentence(progress: SyncProgress, host: string): string {
  if (progress.stage === "waiting") return `${host} asked to wait; it goes on by itself`;
  if (progress.stage === "saving") return `Saving ${number(progress.repositories)} repositories of ${host}`;
  return progress.repositories > 0 ? `Reading ${host}, ${number(progress.repositories)} so far` : `Reading ${host}`;
}

/** Nothing matches: the words, and what to drop, with what that would bring back. */
export function NoResult({
  text,
  chips,
  accounts,
  onText,
  onChips,
}: {
  text: string;
  chips: readonly Chip[];
  accounts: readonly Account[];
  onText: (text: string) => void;
  onChips: (chips: Chip[]) => void;
}) {
  const navigate = useNavigate();
  const { scene } = useActions();
  // The words alone are sent: filters are known to the list.
  const askable = text !== "" && hostsToAsk(accounts).length > 0;
  const ways: { key: string; label: string; query: RepositoryQuery; drop: () => void }[] = chips.map((chip) => {
    const { before, value } = chipWords(chip, accounts);
    const rest = withoutChip(chips, chip);
    return { key: `${chip.field} ${chip.value}`, label: `without “${before} ${value}”`, query: asQuery(text, rest), drop: () => onChips(rest) };
  });
  if (text !== "" && chips.length > 0) {
    ways.push({ key: "words", label: "without the words", query: asQuery("", chips), drop: () => onText("") });
    // Of one filter, that is what is said of it already.
    if (chips.length > 1) ways.push({ key: "filters", label: "without any filter", query: asQuery(text, []), drop: () => onChips([]) });
  }
  const counts = useQueries({ queries: ways.map((way) => queries.repositoryCount(way.query)) });
  return (
    <div className={styles.page}>
      <h2>{text === "" ? "Nothing here passes these filters." : `Nothing here is called “${text}”${chips.length > 0 ? " and passes these filters" : ""}.`}</h2>
      {chips.length === 0 && <p>Names, owners, descriptions, languages and topics were looked through.</p>}
      <ul className={styles.ways}>
        {ways.map((way, index) => {
          const count = counts[index]?.data;
          if (!count) return null;
          return (
            <Way key={way.key} onDrop={way.drop}>
              {`${number(count)} ${way.label}`}
            </Way>
          );
        })}
      </ul>
      {askable && <p>{`The hosts may show more than is listed. ${sends(text, accounts)}`}</p>}
      {text !== "" && (askable || chips.length === 0) && (
        <div className={styles.actions}>
          {askable && <Button onClick={() => scene().searchHosts(text)}>Look at the hosts</Button>}
          {chips.length === 0 && (
            <>
              <Button onClick={() => onText("")}>Empty the field</Button>
              <Button variant="quiet" onClick={() => void navigate({ to: "/missing", search: { name: text } })}>
                Why is it missing?
              </Button>
            </>
          )}
        </div>
      )}
    </div>
  );
}

function Way({ onDrop, children }: { onDrop: () => void; children: ReactNode }) {
  return (
    <li>
      <Button variant="link" className={styles.way} onClick={onDrop}>
        {children}
      </Button>
    </li>
  );
}
