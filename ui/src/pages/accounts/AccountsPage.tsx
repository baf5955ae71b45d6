import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { caps, isMac } from "../../actions/keys";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Swatch } from "../../components/Swatch";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, SignIn, SyncProgress, Unended } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ConnectButton } from "../connect/ConnectButton";
import { isAlive } from "../connect/steps";
import { ProblemText, problemOf } from "../ProblemText";
import { RowGrid } from "../RowGrid";
import { SyncAllButton } from "../SyncAllButton";
import { useOutside } from "../useOutside";
import { clockTime, number, shortMoment } from "../when";
import styles from "./AccountsPage.module.css";
import { countSentence, groups, healthLight, KIND_WORDS, repositoriesSentence } from "./groups";
import { fraction, progressSentence } from "./progress";
import { useSignInAgain } from "./useSignInAgain";

/** All accounts, by what has to be done about them. */
export function AccountsPage() {
  const accounts = useQuery(queries.accountList());
  const signIns = useQuery(queries.signInList()).data ?? [];
  const running = useQuery(queries.syncStatus()).data?.running ?? [];
  const unended = useQuery(queries.unendedList()).data?.rows ?? [];
  const total = useQuery(queries.repositoryCount({})).data;
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const rows = accounts.data?.rows ?? [];
  const sorted = groups(rows);
  const first = sorted[0]?.accounts[0];

  return (
    <Page
      title="Accounts"
      sub={rows.length > 0 ? countSentence(rows, number) : undefined}
      actions={
        <>
          {rows.length > 0 && <SyncAllButton />}
          <ConnectButton />
        </>
      }
      foot={rows.length > 0 ? repositoriesSentence(total, rows.filter((account) => account.lists).length, number) : "No accounts yet"}
      keys={[
        ...(rows.length > 0 ? [{ keys: ["↵"], does: "open" }, { keys: ["R"], does: "sync" }] : []),
        { keys: caps("Mod+n", isMac()), does: "connect" },
      ]}
    >
      <div className={styles.rows} data-region="body">
        <ProblemText className={styles.problem} problem={accounts.error} />
        {signIns.filter(isAlive).map((signIn) => (
          <WaitingSignIn key={signIn.id} signIn={signIn} />
        ))}
        {unended.map((row) => (
          <UnendedRow key={row.id} row={row} />
        ))}
        {rows.length > 0 && (
          <RowGrid label="Accounts" count={rows.length} letters={letters}>
            <div role="row" className={styles.heads}>
              <span role="columnheader" aria-label="Health" />
              <span role="columnheader">Account</span>
              <span role="columnheader">State</span>
              <span role="columnheader" className={styles.number}>
                Repositories
              </span>
              <span role="columnheader" className={styles.kind}>
                Kind
              </span>
              <span role="columnheader" aria-label="What can be done" />
            </div>
            {sorted.map((group) => (
              <div key={group.key} role="rowgroup" className={styles.section}>
                <div role="row" className={styles.group}>
                  <span role="rowheader">{group.title}</span>
                </div>
                {group.accounts.map((account) => (
                  <AccountRow
                    key={account.id}
                    account={account}
                    first={account === first}
                    progress={running.find((each) => each.account === account.id)}
                  />
                ))}
              </div>
            ))}
          </RowGrid>
        )}
        {accounts.data && rows.length === 0 && (
          <section className={styles.empty}>
            <h2>No account is connected</h2>
            <p>
              Connect one and its repositories are listed here, on this computer, while they are being read. You can look
              through what it will be able to do before anything is sent.
            </p>
          </section>
        )}
      </div>
    </Page>
  );
}

function AccountRow({ account, first, progress }: { account: Account; first: boolean; progress: SyncProgress | undefined }) {
  const navigate = useNavigate();
  const sync = useMutation(mutations.syncStart());
  const again = useSignInAgain(account);
  const open = () => void navigate({ to: "/accounts/$id", params: { id: account.id } });
  const failed = again.error ?? sync.error;
  const name = accountName(account);
  const part = progress && fraction(progress);
  return (
    <div
      role="row"
      tabIndex={first ? 0 : -1}
      className={styles.row}
      data-account={account.id}
      onClick={(event) => {
        if (!(event.target as HTMLElement).closest("button")) open();
      }}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) open();
      }}
    >
      <span role="gridcell">
        <HealthLight light={progress ? "busy" : healthLight(account.health)} />
      </span>
      <span role="gridcell" className={styles.cell}>
        <span className={styles.title}>
          <Swatch colour={account.swatch} />
          <span className={styles.cut}>{name}</span>
        </span>
        <span className={classes(styles.under, styles.cut)}>
          {account.label === null ? account.host_label : `${account.login} at ${account.host_label}`}
        </span>
      </span>
      <span role="gridcell" className={styles.cell}>
        <span className={classes(styles.cut, isForYou(account) && styles.strong)}>
          {progress ? progressSentence(progress, number) : account.state}
        </span>
        {progress ? (
          <progress className={styles.bar} aria-label={`Reading ${name}`} max={1} {...(part === undefined ? {} : { value: part })} />
        ) : (
          <span className={classes(styles.under, styles.cut)} role={failed ? "alert" : undefined}>
            {failed?.message ?? secondLine(account)}
          </span>
        )}
      </span>
      <span role="gridcell" className={styles.number}>
        {account.lists && number(account.repositories)}
      </span>
      <span role="gridcell" className={styles.kind}>
        {KIND_WORDS[account.kind]}
      </span>
      <span role="gridcell" className={styles.go}>
        {account.health === "needs_you" ? (
          <Button variant="primary" size="small" busy={again.busy} onClick={again.run}>
            Sign in again
          </Button>
        ) : (
          <>
            {account.lists && (
              <Button
                variant="quiet"
                size="small"
                icon={<Icon name="refresh" size="small" />}
                aria-label={`Sync ${name} now`}
                title="Sync now"
                disabledReason={progress ? "It is being read now." : undefined}
                onClick={() => sync.mutate(account.id)}
              />
            )}
            <Icon name="right" size="small" />
          </>
        )}
      </span>
    </div>
  );
}

function isForYou(account: Account): boolean {
  return account.health === "needs_you" || account.health === "soon";
}

/** What comes next; for a working account, as of when its list is true. */
function secondLine(account: Account): string {
  if (account.health !== "working" || account.synced_at === null || !account.lists) return account.state_note;
  return `Synced ${shortMoment(new Date(account.synced_at), new Date())}`;
}

/** Access that was removed here and may still work at its host. */
function UnendedRow({ row }: { row: Unended }) {
  const { platform, tell } = useOutside();
  const forget = useMutation(mutations.unendedForget());
  return (
    <div className={styles.waiting} role="status">
      <HealthLight light={row.next_try_at === null ? "stop" : "soon"} />
      <span className={styles.cell}>
        <span className={styles.cut}>{`The access of ${row.login} at ${row.host_label} has not ended there`}</span>
        <span className={styles.under}>{forget.error ? problemOf(forget.error)?.message : row.sentence}</span>
      </span>
      <span className={styles.beside}>
        {row.page !== null && (
          <Button size="small" onClick={() => tell(platform.openProviderPage(row.provider, row.host, "revoke"))}>
            Open its page
          </Button>
        )}
        {row.next_try_at === null && (
          <Button size="small" onClick={() => forget.mutate(row.id)}>
            I have ended it
          </Button>
        )}
      </span>
    </div>
  );
}

function WaitingSignIn({ signIn }: { signIn: SignIn }) {
  const navigate = useNavigate();
  return (
    <div className={styles.waiting} role="status">
      <HealthLight light="busy" />
      <span className={styles.cell}>
        <span className={styles.cut}>{`A sign-in at ${signIn.host_label} waits for you`}</span>
        <span className={classes(styles.under, styles.cut)}>
          {`Until ${clockTime(new Date(signIn.ends_at))}; it goes on as soon as you approve it there`}
        </span>
      </span>
      <Button size="small" onClick={() => void navigate({ to: "/sign-in/$id", params: { id: signIn.id } })}>
        Go on
      </Button>
    </div>
  );
}
