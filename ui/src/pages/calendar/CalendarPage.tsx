import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { classes } from "../../components/classes";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Swatch } from "../../components/Swatch";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ConnectButton } from "../connect/ConnectButton";
import { ProblemText } from "../ProblemText";
import { RowGrid } from "../RowGrid";
import { clockTime, number } from "../when";
import styles from "./CalendarPage.module.css";
import { countSentence, dueDay, type Entry, entryGroups, leftWords } from "./endings";

/** What ends when, over all accounts: what the person has to see to, and what looks after itself. */
export function CalendarPage() {
  const endings = useQuery(queries.calendar());
  const accounts = useQuery(queries.accountList());
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const people = accounts.data?.rows ?? [];
  const loaded = endings.data !== undefined && accounts.data !== undefined;
  const groups = loaded ? entryGroups(endings.data.rows, people) : [];
  const first = groups[0]?.entries[0];
  const count = groups.reduce((sum, group) => sum + group.entries.length, 0);
  const now = new Date();

  return (
    <Page
      title="Calendar"
      foot={first ? countSentence(groups, number) : "Ends that are known are listed here"}
      keys={first ? [{ keys: ["↑", "↓"], does: "choose" }, { keys: ["↵"], does: "account" }] : []}
    >
      <div className={styles.rows} data-region="body">
        <ProblemText className={styles.problem} problem={endings.error ?? accounts.error} />
        {first && (
          <RowGrid label="What ends when" count={count} letters={letters}>
            <div role="row" className={styles.heads}>
              <span role="columnheader" aria-label="How near" />
              <span role="columnheader">Day</span>
              <span role="columnheader">Account</span>
              <span role="columnheader">What ends</span>
              <span role="columnheader" aria-label="What can be done" />
            </div>
            {groups.map((group) => (
              <div key={group.key} role="rowgroup" className={styles.section} data-group={group.key}>
                <div role="row" className={styles.group}>
                  <span role="rowheader">{group.title}</span>
                </div>
                {group.entries.map((entry) => (
                  <EntryRow key={entry.key} entry={entry} accounts={people} first={entry === first} quiet={group.key === "itself"} now={now} />
                ))}
              </div>
            ))}
          </RowGrid>
        )}
        {loaded && !first && <Nothing connected={people.length > 0} />}
      </div>
    </Page>
  );
}

function EntryRow({
  entry,
  accounts,
  first,
  quiet,
  now,
}: {
  entry: Entry;
  accounts: readonly Account[];
  first: boolean;
  quiet: boolean;
  now: Date;
}) {
  const navigate = useNavigate();
  const account = accounts.find((each) => each.id === entry.account);
  const open = () =>
    void (entry.account === null
      ? navigate({ to: "/settings", search: { section: entry.ending?.client ? "clients" : "credentials" } })
      : navigate({ to: "/accounts/$id", params: { id: entry.account } }));
  return (
    <div
      role="row"
      tabIndex={first ? 0 : -1}
      className={classes(styles.row, quiet && styles.quiet)}
      data-account={entry.account ?? undefined}
      onClick={open}
      onKeyDown={(event) => {
        if (event.key === "Enter" && event.target === event.currentTarget) open();
      }}
    >
      <span role="gridcell">
        <HealthLight light={entry.light} />
      </span>
      <span role="gridcell" className={styles.cell}>
        <Due entry={entry} now={now} />
      </span>
      <span role="gridcell" className={styles.cell}>
        <span className={styles.title}>
          {account && <Swatch colour={account.swatch} />}
          <span className={styles.cut}>{account ? accountName(account) : entry.ending?.login}</span>
        </span>
        <span className={classes(styles.under, styles.cut)}>{account?.host_label ?? entry.ending?.host_label}</span>
      </span>
      <span role="gridcell" className={styles.what}>
        {entry.sentence}
      </span>
      <span role="gridcell" className={styles.go}>
        <Icon name="right" size="small" />
      </span>
    </div>
  );
}

/** The day, and how long until then; what is due within a day has its time. */
function Due({ entry, now }: { entry: Entry; now: Date }) {
  const { ending } = entry;
  if (!ending) return <span className={styles.day}>Now</span>;
  const at = new Date(ending.at);
  const time = !ending.over && ending.days_left < 1 ? `, ${clockTime(at)}` : "";
  return (
    <>
      <span className={classes(styles.day, styles.cut)}>{`${dueDay(at, now)}${time}`}</span>
      <span className={classes(styles.under, styles.cut)}>{leftWords(ending)}</span>
    </>
  );
}

function Nothing({ connected }: { connected: boolean }) {
  return (
    <section className={styles.empty}>
      <h2>Nothing ends on a day that is known</h2>
      <p>
        {connected
          ? "Where a host says how long access, a token or a sign-in lasts, its end is listed here before it comes."
          : "Connect an account; where its host says how long access lasts, the end is listed here before it comes."}
      </p>
      {!connected && (
        <div className={styles.actions}>
          <ConnectButton />
        </div>
      )}
    </section>
  );
}
