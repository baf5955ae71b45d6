import { keepPreviousData, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useLayoutEffect, useMemo, useRef } from "react";
import { useActions, useTarget } from "../../actions/ActionsContext";
import { Button } from "../../components/Button";
import { CopyField } from "../../components/CopyField";
import { FactList } from "../../components/FactList";
import { Icon } from "../../components/Icon";
import { PAGE, queries } from "../../data/queries";
import { readPage } from "../../data/rows";
import { Page } from "../../frame/Page";
import { useCopyText } from "../../frame/useCopyText";
import type { Account, RepositoryDetail, RepositoryQuery } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ProblemText } from "../ProblemText";
import { number, shortMoment } from "../when";
import type { RepositoriesSearch } from "./address";
import { allFacts } from "./facts";
import { asQuery, searchedText } from "./filters";
import { FoundInside } from "./FoundInside";
import styles from "./RepositoryPage.module.css";
import { Readme } from "./Readme";
import { References } from "./References";
import { StaleNote } from "./StaleNote";
import { useContents } from "./useContents";
import { readState } from "./useListState";

/** One repository: its addresses, what is known, and what Drawbridge saw. */
export function RepositoryPage({ id, search }: { id: number; search: RepositoriesSearch }) {
  const accounts = useQuery(queries.accountList()).data?.rows ?? [];
  const { data, error } = useQuery({ ...queries.repositoryShow({ kind: "id", id }), placeholderData: keepPreviousData });
  const navigate = useNavigate();
  const { step, place } = useResults(search, accounts);
  const back = () => void navigate({ to: "/", search });
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  useStepKeys(step, letters);
  useTarget({ repository: () => data });

  const keys = [
    ...(place === undefined
      ? []
      : [
          { keys: ["K"], does: "previous" },
          { keys: ["J"], does: "next" },
        ]),
    { keys: ["Esc"], does: "back to the list" },
  ];
  if (!data) {
    return (
      <Page title="Repository" onBack={back} foot="" keys={keys} padded>
        <ProblemText problem={error} />
      </Page>
    );
  }
  return <Shown key={data.id} detail={data} accounts={accounts} onBack={back} foot={place ?? ""} keys={keys} />;
}

function Shown({
  detail,
  accounts,
  onBack,
  foot,
  keys,
}: {
  detail: RepositoryDetail;
  accounts: readonly Account[];
  onBack: () => void;
  foot: string;
  keys: { keys: string[]; does: string }[];
}) {
  const { scene } = useActions();
  const now = new Date();
  const copy = useCopyText();
  const contents = useContents(detail);
  return (
    <Page
      title={detail.full_name}
      titleMono
      onBack={onBack}
      actions={
        <>
          <Button icon={<Icon name="ext" size="small" />} keys={["O"]} onClick={() => scene().openSite(detail.id)}>
            {`Open at ${detail.host_label}`}
          </Button>
          <Button icon={<Icon name="copy" size="small" />} keys={["C"]} onClick={() => scene().copy(detail.clone_url)}>
            Copy address
          </Button>
          <Button
            variant="primary"
            icon={<Icon name="down" size="small" />}
            keys={["⇧", "C"]}
            onClick={() => scene().openClone({ sources: { kind: "one", repository: { kind: "id", id: detail.id } } })}
          >
            Clone…
          </Button>
        </>
      }
      foot={foot}
      keys={keys}
      padded
    >
      <div className={styles.columns}>
        <div>
          <p className={styles.read} data-selectable>
            {detail.description ?? <span className={styles.muted}>It has no description.</span>}
          </p>
          <section className={styles.section} aria-labelledby="addresses">
            <h2 id="addresses">Addresses</h2>
            <div className={styles.addresses}>
              <CopyField name="HTTPS address" label="HTTPS" value={detail.clone_url} onCopy={copy} />
              {detail.ssh_url !== null && <CopyField name="SSH address" label="SSH" value={detail.ssh_url} onCopy={copy} />}
              <CopyField name="Page address" label="Page" value={detail.web_url} onCopy={copy} />
            </div>
          </section>
          {detail.topics.length > 0 && (
            <section className={styles.section} aria-labelledby="topics">
              <h2 id="topics">Topics</h2>
              <ul className={styles.topics}>
                {detail.topics.map((topic) => (
                  <li key={topic} className={styles.topic} data-selectable>
                    {topic}
                  </li>
                ))}
              </ul>
            </section>
          )}
          <FoundInside repository={detail.id} />
          <References {...contents} />
          <section className={styles.section} aria-labelledby="saw">
            <h2 id="saw">What Drawbridge saw</h2>
            <ul className={styles.log}>
              {detail.reach.map((reach) => (
                <li key={reach.account}>
                  <span className={styles.time}>{shortMoment(new Date(reach.seen_at), now)}</span>
                  <span>{`Listed for ${nameOf(accounts.find((each) => each.id === reach.account))}`}</span>
                </li>
              ))}
              {detail.changes.map((change) => (
                <li key={`${change.seen_at} ${change.sentence}`}>
                  <span className={styles.time}>{shortMoment(new Date(change.seen_at), now)}</span>
                  <span>{change.sentence}</span>
                </li>
              ))}
              {detail.renamed_from !== null && (
                <li>
                  <span className={styles.time}>Renamed</span>
                  <span>
                    From <code>{detail.renamed_from}</code>
                  </span>
                </li>
              )}
              <li>
                <span className={styles.time}>{shortMoment(new Date(detail.first_listed_at), now)}</span>
                <span>First listed</span>
              </li>
            </ul>
          </section>
        </div>
        <aside aria-label="Facts" data-region="inspector">
          <FactList facts={allFacts(detail, accounts, now)} />
          <div className={styles.stale}>
            <StaleNote row={detail} accounts={accounts} now={now} />
          </div>
        </aside>
      </div>
      <Readme {...contents} detail={detail} />
    </Page>
  );
}

/** Where this page stands in the list it was opened from, and the way to the next one there. */
function useResults(search: RepositoriesSearch, accounts: readonly Account[]) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const at = search.row;
  const query = useMemo<RepositoryQuery>(() => {
    const { text, chips, sort, reverse } = readState(search, accounts);
    return { ...asQuery(searchedText(text), chips), sort, reverse };
  }, [search, accounts]);
  const page = useQuery({ ...queries.repositoryPage(query, Math.floor((at ?? 0) / PAGE)), enabled: at !== undefined });
  const total = page.data?.total;

  // Two quick presses are two steps, also while the first is on its way.
  const target = useRef(at);
  useEffect(() => {
    target.current = at;
  }, [at]);

  async function step(by: 1 | -1) {
    const next = (target.current ?? 0) + by;
    if (at === undefined || total === undefined || next < 0 || next >= total) return;
    target.current = next;
    const { rows } = await readPage(client, query, Math.floor(next / PAGE));
    const row = rows[next % PAGE];
    if (row && target.current === next) {
      await navigate({ to: "/repositories/$id", params: { id: String(row.id) }, search: { ...search, row: next }, replace: true });
    }
  }
  return {
    step,
    place: at === undefined || total === undefined ? undefined : `${number(at + 1)} of ${number(total)} ${total === 1 ? "result" : "results"}`,
  };
}

function nameOf(account: Account | undefined): string {
  return account ? accountName(account) : "an account that is gone";
}

/** `J` and `K`; the arrows scroll the page. */
function useStepKeys(step: (by: 1 | -1) => Promise<void>, letters: boolean) {
  const latest = useRef({ step, letters });
  useLayoutEffect(() => {
    latest.current = { step, letters };
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !latest.current.letters) return;
      if (event.target instanceof Element && event.target.closest("input, textarea, select, [role=dialog], [role=menu]")) return;
      const by = event.key.toLowerCase() === "j" ? 1 : event.key.toLowerCase() === "k" ? -1 : undefined;
      if (!by) return;
      event.preventDefault();
      void latest.current.step(by);
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}
