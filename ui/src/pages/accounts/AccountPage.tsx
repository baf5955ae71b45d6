import { useMutation, useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { useTarget } from "../../actions/ActionsContext";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { type Fact, FactList } from "../../components/FactList";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { ScopeList } from "../../components/ScopeList";
import { Select } from "../../components/Select";
import { Swatch } from "../../components/Swatch";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, AccountEvent, DisconnectReceipt, Ending, NextSync, SyncRun } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { dueDay, endingLight, leftWords } from "../calendar/endings";
import { ProblemText } from "../ProblemText";
import { clockTime, moment, number, onDay, shortMoment } from "../when";
import { intervals, intervalWords } from "../settings/sections";
import styles from "./AccountPage.module.css";
import { DisconnectDialog } from "./DisconnectDialog";
import { accessSentence, HEALTH_WORDS, healthLight, KIND_WORDS, lackingScopes } from "./groups";
import { historyLines } from "./history";
import { hostLimit, nextLook } from "./nextLook";
import { progressSentence } from "./progress";
import { ReceiptPage } from "./ReceiptPage";
import { RenameDialog } from "./RenameDialog";
import { useSignInAgain } from "./useSignInAgain";
import { useUpkeep } from "./useUpkeep";

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
  const [asking, setAsking] = useState<"disconnect" | "rename">();
  const again = useSignInAgain(account);
  const upkeep = useUpkeep(account);
  const events = useQuery(queries.accountHistory(account.id)).data?.rows ?? [];
  const runs = useQuery(queries.syncRuns({ account: account.id, limit: 20 })).data?.rows ?? [];
  const endings = useQuery(queries.calendar()).data?.rows.filter((ending) => ending.account === account.id) ?? [];
  const status = useQuery(queries.syncStatus()).data;
  const progress = status?.running.find((each) => each.account === account.id);
  const next = status?.next.find((each) => each.account === account.id);
  const sync = useMutation(mutations.syncStart());
  const now = new Date();
  const broken = account.health === "needs_you";
  const name = accountName(account);
  useTarget({
    account: account.id,
    shown: {
      name,
      renews: account.renews_itself && !broken,
      lacks: lackingScopes(account).length > 0,
      rename: () => setAsking("rename"),
      renew: upkeep.renew,
      check: upkeep.check,
      addMissing: again.addMissing,
    },
  });

  return (
    <Page
      title={
        <span className={styles.titled}>
          <Swatch colour={account.swatch} />
          {name}
        </span>
      }
      sub={whose(account)}
      onBack={onBack}
      actions={
        <>
          {account.lists && (
            <Button
              icon={<Icon name="refresh" size="small" />}
              keys={["R"]}
              disabledReason={broken ? "Sign in again first." : progress ? "It is being read now." : undefined}
              onClick={() => sync.mutate(account.id)}
            >
              Sync now
            </Button>
          )}
          <Button icon={<Icon name="edit" />} aria-label="Rename…" title="Rename… (F2)" onClick={() => setAsking("rename")} />
          <Button variant="danger" onClick={() => setAsking("disconnect")}>
            Disconnect…
          </Button>
        </>
      }
      foot={broken ? `Nothing is sent to ${account.host_label} until you sign in` : asOf(account, now)}
      keys={[
        ...(broken ? [{ keys: ["↵"], does: "sign in again" }] : account.lists ? [{ keys: ["R"], does: "sync" }] : []),
        { keys: ["F2"], does: "rename", optional: true },
        { keys: ["Esc"], does: "accounts" },
      ]}
      {...(broken ? { onEnter: again.run } : {})}
      padded
    >
      <HealthNotice account={account} again={again} />
      <ProblemText problem={again.error ?? sync.error} />
      <div className={classes(styles.columns, account.health !== "working" && styles.afterNotice)}>
        <div>
          {(account.scopes.length > 0 || account.kind !== "oauth") && <May account={account} again={again} now={now} />}
          <History account={account} events={events} runs={runs} now={now}>
            {progress && <span className={styles.end}>{progressSentence(progress, number)}</span>}
          </History>
        </div>
        <aside aria-label="Facts">
          <FactList facts={[...facts(account, now), ...paceFacts(next, now)]} />
          {next && !broken && <Pace next={next} />}
          {/* What has ended already does not end later. */}
          {!broken && <Ends endings={endings} now={now} />}
          <Upkeep account={account} upkeep={upkeep} />
        </aside>
      </div>
      <DisconnectDialog account={account} open={asking === "disconnect"} onClose={() => setAsking(undefined)} onDone={onDisconnected} />
      {asking === "rename" && <RenameDialog account={account} onClose={() => setAsking(undefined)} />}
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

function May({ account, again, now }: { account: Account; again: Again; now: Date }) {
  const byToken = account.kind !== "oauth";
  const known = account.scopes.some((scope) => scope.state === "granted" || scope.state === "refused");
  const lacks = lackingScopes(account).length > 0;
  return (
    <section className={styles.section} aria-labelledby="may">
      <h2 id="may">
        What it may do
        <span className={styles.end}>{`connected ${onDay(new Date(account.connected_at), now)}`}</span>
        {lacks && (
          <Button size="small" busy={again.busy} onClick={again.addMissing}>
            {byToken ? "Paste another token" : "Add what is missing"}
          </Button>
        )}
      </h2>
      {account.off.length > 0 && (
        <ul className={styles.off} aria-label="What does not work">
          {account.off.map((off) => (
            <li key={off.scope}>
              <HealthLight light="soon" />
              <span>
                <span className={styles.strong}>{`${off.sentence}.`}</span>
                <span className={styles.note}>{`${off.why}.`}</span>
              </span>
            </li>
          ))}
        </ul>
      )}
      {byToken && !known ? (
        <p className={styles.none}>{`${account.host_label} does not say what this token may do. You chose its rights there.`}</p>
      ) : (
        <ScopeList
          label="What it may do"
          look="ledger"
          scopes={account.scopes}
          {...(byToken ? { notAsked: "not part of this token" } : {})}
        />
      )}
    </section>
  );
}

/** So many lines are shown before somebody asks for all of them. */
const FIRST_LINES = 30;

function History({
  account,
  events,
  runs,
  now,
  children,
}: {
  account: Account;
  events: readonly AccountEvent[];
  runs: readonly SyncRun[];
  now: Date;
  children?: ReactNode;
}) {
  const [all, setAll] = useState(false);
  const lines = historyLines(account, events, runs);
  const shown = all ? lines : lines.slice(0, FIRST_LINES);
  return (
    <section className={styles.section} aria-labelledby="history">
      <h2 id="history">
        History
        {children}
      </h2>
      <ul className={styles.log} aria-label="History">
        {shown.map((line) => (
          <li key={line.key}>
            <span className={styles.time}>{shortMoment(new Date(line.at), now)}</span>
            <span className={line.light && styles.outcome}>
              {line.light && <HealthLight light={line.light.light} name={line.light.name} />}
              <span className={line.quiet ? styles.quiet : undefined}>{line.sentence}</span>
            </span>
          </li>
        ))}
      </ul>
      {shown.length < lines.length && (
        <div className={styles.more}>
          <Button size="small" onClick={() => setAll(true)}>{`Show older lines, ${number(lines.length - shown.length)} more`}</Button>
        </div>
      )}
    </section>
  );
}

/** What of this account ends on a day that is known. */
function Ends({ endings, now }: { endings: readonly Ending[]; now: Date }) {
  if (endings.length === 0) return null;
  return (
    <section className={styles.beside} aria-labelledby="ends">
      <h2 id="ends">What ends when</h2>
      <ul className={styles.ends}>
        {endings.map((ending) => (
          <li key={`${ending.kind} ${ending.at}`}>
            <HealthLight light={endingLight(ending)} />
            <span>
              <span className={styles.strong}>{`${dueDay(new Date(ending.at), now)}, ${leftWords(ending)}`}</span>
              <span className={styles.note}>{ending.sentence}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Upkeep({ account, upkeep }: { account: Account; upkeep: ReturnType<typeof useUpkeep> }) {
  const broken = account.health === "needs_you";
  return (
    <section className={styles.beside} aria-label="Access">
      <div className={styles.actions}>
        <Button size="small" busy={upkeep.checking} onClick={upkeep.check}>
          Check now
        </Button>
        {account.renews_itself && (
          <Button size="small" busy={upkeep.renewing} disabledReason={broken ? "Sign in again first." : undefined} onClick={upkeep.renew}>
            Renew now
          </Button>
        )}
      </div>
      <p className={styles.said} role="status">
        {upkeep.said}
      </p>
      <ProblemText problem={upkeep.error} />
    </section>
  );
}

/** Whose account it is, and where; the login as soon as something else is the title. */
function whose({ label, login, name, host_label }: Account): string {
  const person = label === null ? name : login;
  return person === null ? `at ${host_label}` : `${person} at ${host_label}`;
}

/** When it is looked at next, and what its host's limits do to that. */
function paceFacts(next: NextSync | undefined, now: Date): Fact[] {
  if (next === undefined) return [];
  const limit = hostLimit(next, clockTime);
  return [
    { term: "Next look", detail: nextLook(next, now, (at) => moment(at, now)) },
    ...(limit === undefined ? [] : [{ term: "Host’s limit", detail: limit }]),
  ];
}

/** How often this account is looked at, where that is not as for all. */
function Pace({ next }: { next: NextSync }) {
  const change = useMutation(mutations.setSyncInterval());
  const forAll = useQuery(queries.settings()).data?.sync_every_minutes;
  const own = next.every_minutes;
  return (
    <>
      <Select
        label="Look for changes"
        value={own ?? AS_FOR_ALL}
        options={[
          { value: AS_FOR_ALL, label: forAll === undefined ? "As for all" : `As for all: ${intervalWords(forAll)}` },
          ...intervals(own ?? 0),
        ]}
        onChange={(minutes) => change.mutate({ id: next.account, every_minutes: minutes === AS_FOR_ALL ? null : minutes })}
      />
      <ProblemText problem={change.error} />
    </>
  );
}

/** No number of minutes. */
const AS_FOR_ALL = -1;

function asOf(account: Account, now: Date): string {
  if (!account.lists) return "Looked after; nothing is listed";
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
    ...(account.clock_note === null ? [] : [{ term: "Clock", detail: account.clock_note }]),
    ...(account.label === null ? [] : [{ term: "Login", detail: account.login }]),
    ...(account.lists
      ? [{ term: "Last listed", detail: account.synced_at === null ? "Not yet" : moment(new Date(account.synced_at), now) }]
      : []),
    { term: "Kind", detail: KIND_WORDS[account.kind] },
    { term: "Access", detail: accessSentence(account, now, moment) },
    ...(account.lists
      ? [
          {
            term: "Repositories",
            detail: (
              <Link to="/" search={{ account: account.id }}>
                {number(account.repositories)}
              </Link>
            ),
          },
        ]
      : []),
    ...(account.email === null ? [] : [{ term: "E-mail", detail: account.email }]),
    { term: "Service", detail: account.provider_name },
    { term: "Stable id", detail: account.subject, mono: true },
    { term: "Sealed", detail: "In this vault only" },
  ];
}
