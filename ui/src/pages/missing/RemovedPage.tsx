import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Button } from "../../components/Button";
import { Notice } from "../../components/Notice";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import { Page } from "../../frame/Page";
import type { RemovalQuestion } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import { dayOf } from "./day";
import styles from "./Missing.module.css";

/** What left the list in the last thirty days and why, and what is asked before more does. */
export function RemovedPage() {
  const navigate = useNavigate();
  const questions = useQuery(queries.removalQuestions());
  const removed = useQuery(queries.repositoryRemoved({ limit: 500 }));
  const restore = useMutation(mutations.repositoryRestore());
  const rows = removed.data?.rows ?? [];
  return (
    <Page
      title="Removed repositories"
      padded
      onBack={() => void navigate({ to: "/" })}
      foot="After thirty days a removed repository is forgotten"
      keys={[{ keys: ["Esc"], does: "back" }]}
    >
      {questions.data?.map((question) => <Question key={question.account} question={question} />)}
      <ProblemText problem={questions.error ?? removed.error ?? restore.error} />
      {removed.data && rows.length === 0 && <p>Nothing was removed in the last thirty days.</p>}
      {removed.data && rows.length < removed.data.total && <p className={styles.note}>{`The last ${number(rows.length)} of ${number(removed.data.total)} are shown.`}</p>}
      <ul className={styles.rows}>
        {rows.map((one) => (
          <li key={`${one.id} ${one.account}`}>
            <span>{one.full_name}</span>
            <span className={styles.note}>
              {`${dayOf(one.removed_at)}: ${one.why} Forgotten on ${dayOf(one.forgotten_at)}.`}
            </span>
            <Button size="small" onClick={() => restore.mutate(one.id)}>
              Bring back
            </Button>
          </li>
        ))}
      </ul>
    </Page>
  );
}

function Question({ question }: { question: RemovalQuestion }) {
  const answer = useMutation(mutations.removalAnswer());
  const say = (said: "gone" | "keep") => answer.mutate({ account: question.account, answer: said });
  return (
    <Notice
      tone="warning"
      title={question.sentence}
      action={
        <>
          <Button busy={answer.isPending ? "Answering…" : undefined} onClick={() => say("keep")}>
            Keep them
          </Button>
          <Button variant="danger" onClick={() => say("gone")}>
            They are gone
          </Button>
        </>
      }
    >
      <p>Said to be gone, each is removed once its host confirms it. Kept, they stay in the list, marked as missing.</p>
      <ProblemText problem={answer.error} />
    </Notice>
  );
}
