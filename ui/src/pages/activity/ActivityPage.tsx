import { useQueries, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { HealthLight } from "../../components/HealthLight";
import { Segments } from "../../components/Segments";
import { Swatch } from "../../components/Swatch";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, SyncRun } from "../../ipc/bindings";
import { ConnectButton } from "../connect/ConnectButton";
import { hostNeeded } from "../hostNeeded";
import { ProblemText } from "../ProblemText";
import { RowGrid } from "../RowGrid";
import { SyncAllButton } from "../SyncAllButton";
import { clockTime, dayName, number } from "../when";
import styles from "./ActivityPage.module.css";
import { asQuery, byDay, OUTCOME_WORDS, outcomeLight, requestSentence, requestsOn, type Show, took } from "./days";

/** How many runs are read at a time. */
const STRETCH = 100;

/** What happened: one row per sync run, newest first. */
export function ActivityPage() {
  const [show, setShow] = useState<Show>("all");
  const [stretches, setStretches] = useState(1);
  const runs = useQueries({
    queries: Array.from({ length: stretches }, (_, index) =>
      queries.syncRuns({ ...asQuery(show), limit: STRETCH, offset: index * STRETCH }),
    ),
  });
  const problems = useQuery(queries.syncRuns({ only_problems: true, limit: 1 })).data?.total ?? 0;
  const accounts = useQuery(queries.accountList()).data?.rows;
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const now = new Date();
  const rows = runs.flatMap((stretch) => stretch.data?.rows ?? []);
  const total = runs[0]?.data?.total;
  const today = requestsOn(now, rows);

  return (
    <Page
      title="Activity"
      actions={
        <>
          <Segments
            label="Show"
            value={show}
            onChange={(next) => {
              setShow(next);
              setStretches(1);
            }}
            options={[
              { value: "all", label: "All" },
              { value: "changes", label: "Changes" },
              { value: "problems", label: problems > 0 ? `Problems ${number(problems)}` : "Problems" },
            ]}
          />
          <SyncAllButton />
        </>
      }
      foot={show === "all" ? requestSentence(today.requests, today.unmodified, number) : runCount(total ?? 0)}
      keys={[{ keys: ["R"], does: "sync" }]}
    >
      <div className={styles.rows} data-region="body">
        <ProblemText className={styles.problem} problem={runs.find((stretch) => stretch.error)?.error} />
        {rows.length > 0 && (
          <RowGrid label="Sync runs" count={total} letters={letters}>
            <div role="row" className={styles.heads}>
              <span role="columnheader" aria-label="Outcome" />
              <span role="columnheader">Time</span>
              <span role="columnheader">Account</span>
              <span role="columnheader">What happened</span>
              <span role="columnheader" className={styles.number}>
                Requests
              </span>
              <span role="columnheader" className={styles.number}>
                Took
              </span>
            </div>
            {byDay(rows).map((day) => (
              <div key={day.key} role="rowgroup" className={styles.dayGroup}>
                <div role="row" className={styles.day}>
                  <span role="rowheader">{dayName(day.start, now)}</span>
                </div>
                {day.runs.map((run) => (
                  <RunRow key={run.id} run={run} accounts={accounts ?? []} first={run === rows[0]} />
                ))}
              </div>
            ))}
          </RowGrid>
        )}
        {total !== undefined && rows.length < total && (
          <div className={styles.more}>
            <Button onClick={() => setStretches(stretches + 1)}>{`Show older ones, ${number(total - rows.length)} more`}</Button>
          </div>
        )}
        {total === 0 && <Nothing show={show} connected={accounts === undefined || accounts.length > 0} />}
      </div>
    </Page>
  );
}

function RunRow({ run, accounts, first }: { run: SyncRun; accounts: readonly Account[]; first: boolean }) {
  const account = accounts.find((each) => each.id === run.account);
  const host = account && hostNeeded(account, accounts);
  return (
    <div
      role="row"
      tabIndex={first ? 0 : -1}
      className={classes(styles.run, run.outcome === "unchanged" && styles.quiet)}
      data-outcome={run.outcome}
    >
      <span role="gridcell">
        <HealthLight light={outcomeLight(run.outcome)} name={OUTCOME_WORDS[run.outcome]} />
      </span>
      <span role="gridcell" className={styles.time}>
        {clockTime(new Date(run.started_at))}
      </span>
      <span role="gridcell" className={styles.account}>
        {account && <Swatch colour={account.swatch} />}
        <span className={styles.cut}>
          {run.login}
          {host && <span className={styles.at}>{` ${host}`}</span>}
        </span>
      </span>
      <span role="gridcell" className={styles.what}>
        {run.sentence}
      </span>
      <span role="gridcell" className={styles.number}>
        {number(run.requests)}
      </span>
      <span role="gridcell" className={styles.number}>
        {took(run.took_ms, number)}
      </span>
    </div>
  );
}

function Nothing({ show, connected }: { show: Show; connected: boolean }) {
  if (!connected) {
    return (
      <section className={styles.empty}>
        <h2>Nothing has happened yet</h2>
        <p>Connect an account; each time its repositories are read, a line about it appears here.</p>
        <div className={styles.actions}>
          <ConnectButton />
        </div>
      </section>
    );
  }
  const words: Record<Show, [string, string]> = {
    all: ["Nothing has happened yet", "Each time an account’s repositories are read, a line about it appears here."],
    changes: ["No run has changed anything yet", "What was new, changed or gone is listed here when a sync finds it."],
    problems: ["No problems", "When a sync stops or a host refuses, it says so here."],
  };
  const [title, text] = words[show];
  return (
    <section className={styles.empty}>
      <h2>{title}</h2>
      <p>{text}</p>
    </section>
  );
}

function runCount(total: number): string {
  return `${number(total)} ${total === 1 ? "run" : "runs"}`;
}
