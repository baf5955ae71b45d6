import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useRouter } from "@tanstack/react-router";
import { type KeyboardEvent, type SubmitEvent, useRef, useState } from "react";
import { Button } from "../../components/Button";
import { HealthLight } from "../../components/HealthLight";
import { TextField } from "../../components/TextField";
import { VisibilityIcon } from "../../components/VisibilityIcon";
import { askHosts, noteListed } from "../../data/hostSearch";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, HostAsked, HostFound, HostSearched } from "../../ipc/bindings";
import { ConnectButton } from "../connect/ConnectButton";
import { ProblemText } from "../ProblemText";
import { RowGrid } from "../RowGrid";
import { number } from "../when";
import styles from "./HostSearch.module.css";
import { askedLight, askedSentence, foundSentence, hostsToAsk, sends, together } from "./words";

/** As many letters as a host is asked for. */
const MOST = 256;

/** What the list does not have, looked for at the hosts: who is asked, what they show, and the way into the list. */
export function HostSearchPage({ text }: { text: string }) {
  const navigate = useNavigate();
  const router = useRouter();
  const client = useQueryClient();
  const [typed, setTyped] = useState(text);
  const body = useRef<HTMLDivElement>(null);
  const accounts = useQuery(queries.accountList()).data?.rows;
  // Words leave when a person says so, and not because this page is shown once more: what was asked is looked at.
  const [asked, setAsked] = useState(() => client.getQueryState(queries.hostSearch(text).queryKey) !== undefined);
  const search = useQuery({ ...queries.hostSearch(text), enabled: asked, refetchOnMount: false, retryOnMount: false });
  const letters = useQuery(queries.settings()).data?.single_keys ?? true;
  const words = typed.trim();
  const asking = search.isFetching;

  const ask = (event: SubmitEvent) => {
    event.preventDefault();
    if (words === "" || asking) return;
    void askHosts(client, words);
    // Other words are another page.
    if (words === text) setAsked(true);
    else void navigate({ to: "/hosts", search: { text: words }, replace: true });
  };
  // From the field into the rows, as in the list.
  const intoRows = (event: KeyboardEvent) => {
    const row = event.key === "ArrowDown" ? body.current?.querySelector<HTMLElement>("[role=row][tabindex='0']") : undefined;
    if (!row) return;
    event.preventDefault();
    row.focus();
  };
  return (
    <Page
      title="Search the hosts"
      padded
      focusElsewhere={text === ""}
      onBack={() => (router.history.canGoBack() ? router.history.back() : void navigate({ to: "/" }))}
      foot={footOf(search.data)}
      keys={[{ keys: ["↵"], does: "search, open or import" }, { keys: ["↑", "↓"], does: "rows", optional: true }, { keys: ["Esc"], does: "back" }]}
    >
      {accounts?.some(({ searches }) => searches) === false ? (
        <Nobody />
      ) : (
        <div ref={body}>
          <form className={styles.ask} onSubmit={ask}>
            <TextField
              label="Words"
              hint={accounts === undefined ? "" : `${sends("", accounts)} Nothing is sent while you type.`}
              value={typed}
              onChange={setTyped}
              maxLength={MOST}
              onKeyDown={intoRows}
              // What one comes here for, where nothing was asked yet.
              autoFocus={text === ""}
            />
            <Button type="submit" variant={search.data ? "plain" : "primary"} busy={asking ? "Asking…" : undefined} disabledReason={words === "" ? "Type words first" : undefined}>
              {search.data && words === text ? "Search again" : "Search"}
            </Button>
          </form>
          <p role="status" className={asking ? styles.asking : styles.hidden}>
            {asking ? `Asking ${together(hostsToAsk(accounts ?? []))}` : search.data ? foundSentence(search.data.rows.length, silent(search.data)) : ""}
          </p>
          <ProblemText problem={asking ? null : search.error} />
          {search.data && !asking && <Results text={text} searched={search.data} accounts={accounts ?? []} letters={letters} />}
        </div>
      )}
    </Page>
  );
}

function footOf(searched: HostSearched | undefined): string {
  if (!searched) return "Hosts show what their accounts may see, listed here or not";
  const fresh = searched.rows.filter(({ known }) => known === null).length;
  return `${number(searched.rows.length)} found, ${number(fresh)} not in your list`;
}

const silent = ({ asked }: HostSearched) => asked.filter(({ problem }) => problem !== null).length;

function Nobody() {
  return (
    <div className={styles.none}>
      <p>No account is connected at a host that can be searched.</p>
      <div className={styles.actions}>
        <ConnectButton />
      </div>
    </div>
  );
}

function Results({ text, searched, accounts, letters }: { text: string; searched: HostSearched; accounts: readonly Account[]; letters: boolean }) {
  const navigate = useNavigate();
  const { rows, asked } = searched;
  const answered = asked.some(({ problem }) => problem === null);
  return (
    <>
      {rows.length > 0 && (
        <div className={styles.rows}>
          <RowGrid label="What the hosts show" count={rows.length} letters={letters}>
            {rows.map((row, index) => (
              <Row key={`${row.host} ${row.forge_id}`} text={text} row={row} first={index === 0} />
            ))}
          </RowGrid>
        </div>
      )}
      {rows.length === 0 && (
        <div className={styles.none}>
          <p>{answered ? `No host that was asked shows anything called “${searched.text}”.` : "No host gave an answer. Your list is as it was."}</p>
          {answered && (
            <div className={styles.actions}>
              <Button variant="quiet" onClick={() => void navigate({ to: "/missing", search: { name: searched.text } })}>
                Why is it missing?
              </Button>
            </div>
          )}
        </div>
      )}
      <section className={styles.part}>
        <h2>Who was asked</h2>
        <ul className={styles.asked}>
          {asked.map((one) => (
            <Asked key={one.account} one={one} known={accounts.some(({ id }) => id === one.account)} />
          ))}
        </ul>
      </section>
    </>
  );
}

function Asked({ one, known }: { one: HostAsked; known: boolean }) {
  const navigate = useNavigate();
  return (
    <li>
      <HealthLight light={askedLight(one)} />
      <span>{`${one.login} at ${one.host_label}`}</span>
      <span>
        {askedSentence(one)}{" "}
        {known && one.problem?.code === "sign_in_needed" && (
          <Button variant="link" size="small" onClick={() => void navigate({ to: "/accounts/$id", params: { id: one.account } })}>
            Show the account
          </Button>
        )}
      </span>
    </li>
  );
}

function Row({ text, row, first }: { text: string; row: HostFound; first: boolean }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const bring = useMutation(mutations.repositoryImport());
  const { known } = row;
  const at = row.full_name.lastIndexOf("/") + 1;
  const act = () => {
    if (known !== null) void navigate({ to: "/repositories/$id", params: { id: String(known) } });
    else if (!bring.isPending) bring.mutate(row.web_url, { onSuccess: ({ id }) => noteListed(client, text, row, id) });
  };
  return (
    <div
      role="row"
      tabIndex={first ? 0 : -1}
      className={styles.row}
      onKeyDown={(event) => {
        if (event.key !== "Enter" || event.target !== event.currentTarget) return;
        event.preventDefault();
        act();
      }}
    >
      <span role="gridcell" className={styles.name}>
        <VisibilityIcon visibility={row.visibility} />
        <span className={styles.full}>
          <span className={styles.owner}>{row.full_name.slice(0, at)}</span>
          {row.full_name.slice(at)}
        </span>
        {row.archived && <span className={styles.tag}>archived</span>}
        {row.fork && <span className={styles.tag}>fork</span>}
      </span>
      <span role="gridcell" className={styles.about} title={row.description ?? undefined}>
        {row.description}
      </span>
      <span role="gridcell" className={styles.host}>
        {row.host_label}
      </span>
      <span role="gridcell" className={styles.go}>
        <Button
          size="small"
          variant={known === null ? "plain" : "quiet"}
          busy={bring.isPending ? "Importing…" : undefined}
          aria-label={known === null ? `Import ${row.full_name}` : `In your list: open ${row.full_name}`}
          onClick={act}
        >
          {known === null ? "Import" : "In your list"}
        </Button>
      </span>
      <ProblemText className={styles.problem} problem={bring.error} />
    </div>
  );
}
