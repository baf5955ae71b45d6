import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useTarget } from "../../actions/ActionsContext";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { type Fact, FactList } from "../../components/FactList";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { ScopeList } from "../../components/ScopeList";
import { Swatch } from "../../components/Swatch";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, DisconnectReceipt, SyncRun } from "../../ipc/bindings";
import { OUTCOME_WORDS, outcomeLight } from "../activity/days";
import { ProblemText } from "../ProblemText";
import { clockTime, moment, number, onDay, shortMoment } from "../when";
import styles from "./AccountPage.module.css";
import { DisconnectDialog } from "./DisconnectDialog";
import { accessSentence, HEALTH_WORDS, healthLight, KIND_WORDS } from "./groups";
import { progressSentence } from "./progress";
import { ReceiptPage } from "./ReceiptPage";
import { useSignInAgain } from "./useSignInAgain";

/** One account: what is wrong if something is, what it may do, what happened, and the facts. */
export function AccountPage({ id }: { id: string }) {
  const account = useQuery(queries.accountShow(id));
  const navigate = useNavigate();
  // The account is gone from the list the moment it is disconnected; its receipt must outlive it.
  const [done, setDone] = useState<{ receipt: DisconnectReceipt; account: Account }>();
  const back = () => void navigate({ to: "/accounts" });
  if (done) return <ReceiptPage receipt={done.receipt} account={done.account} onBack={back} />;
  if (account.data) {
    const shown = account.data;
    return <Shown account={shown} onBack={back} onDisconnected={(receipt) => setDone({ receipt, account: shown })} />;
  }
  return (
    <Page title="Account" onBack={back} foot="" padded>
      <ProblemText problem={account.error} />
    </Page>
  );
}

function Shown({
  account,
  onBack,
  onDisconnected,
}: {
  account: Account;
  onBack: () => void;
  onDisconnected: (receipt: DisconnectReceipt) => void;
}) {
  const [asking, setAsking] = useState(false);
  useTarget({ account: account.id });
  const again = useSignInAgain(account);
  const runs = useQuery(queries.syncRuns({ account: account.id, limit: 20 }));
  const progress = useQuery(queries.syncStatus()).data?.running.find((each) => each.account === account.id);
  const sync = useMutation(mutations.syncStart());
  const now = new Date();
  const broken = account.health === "needs_you";

  return (
    <Page
      title={
        <span className={styles.titled}>
          <Swatch colour={account.swatch} />
          {account.login}
        </span>
      }
      sub={account.name === null ? `at ${account.host_label}` : `${account.name} at ${account.host_label}`}
      onBack={onBack}
      actions={
        <>
          <Button
            icon={<Icon name="refresh" size="small" />}
            keys={["R"]}
            disabledReason={broken ? "Sign in again first." : progress ? "It is being read now." : undefined}
            onClick={() => sync.mutate(account.id)}
          >
            Sync now
          </Button>
          <Button variant="danger" onClick={() => setAsking(true)}>
            Disconnect…
          </Button>
        </>
      }
      foot={broken ? `Nothing is sent to ${account.host_label} until you sign in` : asOf(account, now)}
      keys={[
        ...(broken ? [{ keys: ["↵"], does: "sign in again" }] : [{ keys: ["R"], does: "sync" }]),
        { keys: ["Esc"], does: "accounts" },
      ]}
      {...(broken ? { onEnter: again.run } : {})}
      padded
    >
      <HealthNotice account={account} again={again} />
      <ProblemText problem={again.error ?? sync.error} />
      <div className={classes(styles.columns, account.health !== "working" && styles.afterNotice)}>
        <div>
          <section className={styles.section} aria-labelledby="may">
            <h2 id="may">
              What it may do
              <span className={styles.end}>{`connected ${onDay(new Date(account.connected_at), now)}`}</span>
            </h2>
            <May account={account} again={again} />
          </section>
          <section className={styles.section} aria-labelledby="history">
            <h2 id="history">
              History
              {progress && <span className={styles.end}>{progressSentence(progress, number)}</span>}
            </h2>
            <History runs={runs.data?.rows ?? []} connected={account.connected_at} now={now} kind={account.kind} />
          </section>
        </div>
        <aside aria-label="Facts">
          <FactList facts={facts(account, now)} />
        </aside>
      </div>
      <DisconnectDialog account={account} open={asking} onClose={() => setAsking(false)} onDone={onDisconnected} />
    </Page>
  );
}

type Again = ReturnType<typeof useSignInAgain>;

function HealthNotice({ account, again }: { account: Account; again: Again }) {
  if (account.health === "working") return null;
  const tone = account.health === "needs_you" ? "danger" : account.health === "soon" ? "warning" : "plain";
  return (
    <Notice
      tone={tone}
      icon={<Icon name="warn" />}
      title={account.state}
      action={
        account.health === "needs_you" && (
          <Button variant="primary" keys={["↵"]} busy={again.busy} onClick={again.run}>
            Sign in again
          </Button>
        )
      }
    >
      <p>{account.state_note}</p>
    </Notice>
  );
}

function May({ account, again }: { account: Account; again: Again }) {
  const known = account.scopes.some((scope) => scope.state === "granted" || scope.state === "refused");
  if (account.kind === "token" && !known) {
    return <p className={styles.none}>{`${account.host_label} does not say what this token may do. You chose its rights there.`}</p>;
  }
  return (
    <ScopeList
      label="What it may do"
      look="ledger"
      scopes={account.scopes}
      {...(account.kind === "token" ? { notAsked: "not part of this token" } : {})}
      action={() => (
        <Button size="small" busy={again.busy} onClick={again.run}>
          Ask again
        </Button>
      )}
    />
  );
}

function History({
  runs,
  connected,
  now,
  kind,
}: {
  runs: readonly SyncRun[];
  connected: string;
  now: Date;
  kind: Account["kind"];
}) {
  return (
    <ul className={styles.log}>
      {runs.map((run) => (
        <li key={run.id}>
          <span className={styles.time}>{shortMoment(new Date(run.started_at), now)}</span>
          <span className={styles.outcome}>
            <HealthLight light={outcomeLight(run.outcome)} name={OUTCOME_WORDS[run.outcome]} />
            <span className={run.outcome === "unchanged" ? styles.quiet : undefined}>{run.sentence}</span>
          </span>
        </li>
      ))}
      <li>
        <span className={styles.time}>{shortMoment(new Date(connected), now)}</span>
        <span>{kind === "oauth" ? "Connected by browser sign-in" : "Connected by access token"}</span>
      </li>
    </ul>
  );
}

function asOf(account: Account, now: Date): string {
  return account.synced_at === null ? "Not listed yet" : `Listed as of ${onDay(new Date(account.synced_at), now)}, ${clockTime(new Date(account.synced_at))}`;
}

function facts(account: Account, now: Date): Fact[] {
  return [
    {
      term: "Health",
      detail: (
        <span className={styles.line}>
          <HealthLight light={healthLight(account.health)} />
          {HEALTH_WORDS[account.health]}
        </span>
      ),
    },
    { term: "Last listed", detail: account.synced_at === null ? "Not yet" : moment(new Date(account.synced_at), now) },
    { term: "Kind", detail: KIND_WORDS[account.kind] },
    { term: "Access", detail: accessSentence(account, now, moment) },
    {
      term: "Repositories",
      detail: (
        <Link to="/" search={{ account: account.id }}>
          {number(account.repositories)}
        </Link>
      ),
    },
    ...(account.email === null ? [] : [{ term: "E-mail", detail: account.email }]),
    { term: "Service", detail: account.provider_name },
    { term: "Stable id", detail: account.subject, mono: true },
    { term: "Sealed", detail: "In this vault only" },
  ];
}
