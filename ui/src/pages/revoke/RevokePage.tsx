import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, type SubmitEvent, useState } from "react";
import { Button } from "../../components/Button";
import { HealthLight } from "../../components/HealthLight";
import { Icon } from "../../components/Icon";
import { Notice } from "../../components/Notice";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { Account, DisconnectAll, Disconnecting, Proof, VaultSecurity } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { ProblemText } from "../ProblemText";
import { useOutside } from "../useOutside";
import { isWrongProof, otherProblem, ProofFields } from "../vault/ProofFields";
import { provingWays } from "../vault/proof";
import { useProof } from "../vault/useProof";
import { number } from "../when";
import styles from "./RevokePage.module.css";
import { byWhoEnds, outcomeTitle, planSentence, progressWords, receiptGroups, standing, STANDING_LIGHTS, standingSentence } from "./revokeWords";

/** Every sign-in ended at once, as when a computer is lost: what it means, how far it is, what came of it. */
export function RevokePage() {
  const all = useQuery(queries.accountDisconnectAllShow()).data;
  const accounts = useQuery(queries.accountList());
  const security = useQuery(queries.vaultSecurity());
  const [anew, setAnew] = useState(false);
  const begin = useMutation(mutations.accountDisconnectAll());
  const navigate = useNavigate();
  const back = () => void navigate({ to: "/settings", search: { section: "security" } });
  const waiting = accounts.data === undefined || security.data === undefined || all === undefined;
  const shown = waiting || (anew && all?.over !== false) ? null : all;
  return (
    <Page
      title="Revoke everything"
      onBack={back}
      foot={shown === null ? "Nothing is ended before you say so" : shown.over ? "These receipts stay until the vault is locked" : "It goes on if you leave this page"}
      keys={[{ keys: ["Esc"], does: "security" }]}
      padded
    >
      <ProblemText problem={accounts.error ?? security.error} />
      {!waiting &&
        (shown ? (
          <Outcome all={shown} left={accounts.data.rows.length} onAnew={() => setAnew(true)} />
        ) : (
          <Before
            accounts={accounts.data.rows}
            security={security.data}
            problem={begin.error}
            busy={begin.isPending}
            onForget={() => begin.isError && begin.reset()}
            onBegin={(proof, refused) => {
              setAnew(false);
              begin.mutate({ proof }, { onError: refused });
            }}
          />
        ))}
    </Page>
  );
}

function Before({
  accounts,
  security,
  problem,
  busy,
  onForget,
  onBegin,
}: {
  accounts: readonly Account[];
  security: VaultSecurity;
  problem: unknown;
  busy: boolean;
  onForget: () => void;
  onBegin: (proof: Proof, refused: (problem: unknown) => void) => void;
}) {
  const { platform, tell } = useOutside();
  const proof = useProof(provingWays(security.slots.map((slot) => slot.kind)));
  const { here, byHand } = byWhoEnds(accounts);
  if (accounts.length === 0) return <p className={styles.lead}>No account is connected: there is nothing to revoke.</p>;

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy) return;
    const given = proof.take();
    if (!given) return;
    onBegin(given, (refusal) => {
      if (isWrongProof(refusal)) proof.refused();
    });
  }

  return (
    <div className={styles.inner}>
      <p className={styles.lead}>
        {`For a lost or stolen computer, or when somebody may have had access. ${planSentence(accounts, number)} Nothing of it can be undone; you sign in again where you want to.`}
      </p>
      {here.length > 0 && (
        <Rows title="Ended at their hosts">
          {here.map((account) => (
            <Row key={account.id} title={accountName(account)} note={account.host_label} />
          ))}
        </Rows>
      )}
      {byHand.length > 0 && (
        <Rows title="Only you can end these">
          {byHand.map((account) => (
            <Row key={account.id} title={accountName(account)} note={account.revoke_page === null ? `${account.host_label}: look for it in your settings there` : account.host_label}>
              {account.revoke_page !== null && (
                <Button size="small" aria-label={`Open the page of ${account.host_label} for ${accountName(account)}`} onClick={() => tell(platform.openRevokePage(account.id))}>
                  Open its page
                </Button>
              )}
            </Row>
          ))}
        </Rows>
      )}
      <Typed />
      <form className={styles.form} onSubmit={submit}>
        <ProofFields proof={proof} problem={problem} onType={onForget} />
        <ProblemText problem={otherProblem(problem)} />
        <div className={styles.actions}>
          <Button type="submit" variant="danger" busy={busy ? "Revoking…" : undefined}>
            {accounts.length === 1 ? "Revoke it" : `Revoke all ${number(accounts.length)}`}
          </Button>
        </div>
      </form>
    </div>
  );
}

function Outcome({ all, left, onAnew }: { all: DisconnectAll; left: number; onAnew: () => void }) {
  const navigate = useNavigate();
  const through = all.rows.filter((row) => standing(row) !== "next").length;
  const fine = all.rows.every((row) => standing(row) === "ended");
  return (
    <div className={styles.inner}>
      {all.over ? (
        <Notice
          tone={fine ? "plain" : "warning"}
          icon={<Icon name={fine ? "check" : "warn"} />}
          title={outcomeTitle(all, number)}
          action={
            left > 0 ? (
              <Button onClick={onAnew}>{`Revoke the ${left === 1 ? "one" : number(left)} that ${left === 1 ? "is" : "are"} connected now…`}</Button>
            ) : (
              <Button onClick={() => void navigate({ to: "/connect" })}>Connect an account</Button>
            )
          }
        >
          <p>{fine ? "Nothing of these sign-ins works any more." : "What is not ended yet may still work for whoever has the computer."}</p>
        </Notice>
      ) : (
        <div className={styles.progress}>
          <p role="status">{`${progressWords(all, number)}. A host that does not answer takes a while.`}</p>
          <progress aria-label="How far it is" className={styles.bar} max={all.rows.length} value={through} />
        </div>
      )}
      {receiptGroups(all.rows).map((group) => (
        <Rows key={group.key} title={group.key === "next" && !all.over ? "Still to come" : group.title}>
          {group.rows.map((row) => (
            <Receipt key={row.account} row={row} />
          ))}
        </Rows>
      ))}
      {all.over && <Typed />}
    </div>
  );
}

function Receipt({ row }: { row: Disconnecting }) {
  const { platform, tell } = useOutside();
  const page = row.receipt?.page ?? null;
  return (
    <Row title={`${row.login} at ${row.host_label}`} note={standingSentence(row)} light={STANDING_LIGHTS[standing(row)]}>
      {page !== null && (
        <Button size="small" aria-label={`Open the page of ${row.host_label} for ${row.login}`} onClick={() => tell(platform.openRevokePage(row.account))}>
          {row.receipt?.revoked ? "End the rest there" : "End it there"}
        </Button>
      )}
    </Row>
  );
}

/** Keys, headers and passwords were made elsewhere, and only there can they be ended. */
function Typed() {
  const count = useQuery(queries.credentialList()).data?.total ?? 0;
  const navigate = useNavigate();
  if (count === 0) return null;
  return (
    <Rows title="Not touched">
      <Row
        title={count === 1 ? "1 credential that you brought" : `${number(count)} credentials that you brought`}
        note="Keys, headers and passwords stay in the vault and go on working: change them where you made them."
      >
        <Button size="small" onClick={() => void navigate({ to: "/settings", search: { section: "credentials" } })}>
          See which
        </Button>
      </Row>
    </Rows>
  );
}

function Rows({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.section} aria-label={title}>
      <h2>{title}</h2>
      <ul className={styles.lines}>{children}</ul>
    </section>
  );
}

function Row({ title, note, light, children }: { title: string; note: string; light?: Parameters<typeof HealthLight>[0]["light"]; children?: ReactNode }) {
  return (
    <li>
      {light ? <HealthLight light={light} /> : <span />}
      <span className={styles.text}>
        <span className={styles.strong}>{title}</span>
        <span className={styles.note}>{note}</span>
      </span>
      <span className={styles.end}>{children}</span>
    </li>
  );
}
