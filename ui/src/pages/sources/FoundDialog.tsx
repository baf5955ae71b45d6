import { useMutation, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { useActions } from "../../actions/ActionsContext";
import { Button } from "../../components/Button";
import { classes } from "../../components/classes";
import { Dialog } from "../../components/Dialog";
import { HealthLight } from "../../components/HealthLight";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { FoundItem, Question } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { answerSentence } from "./gallery";
import styles from "./SourcesPage.module.css";

/** Something that was found: what it is, what it asks, and a copy of its files. */
export function FoundDialog({ item, onClose }: { item: FoundItem; onClose: () => void }) {
  const navigate = useNavigate();
  const { scene } = useActions();
  const named = { kind: "id" as const, id: item.id };
  const detail = useQuery(queries.foundShow(named));
  const copy = useMutation(mutations.materialize());
  const [typed, setTyped] = useState<string>();
  const folder = (typed ?? detail.data?.folder ?? "").trim();

  function begin() {
    if (copy.isPending || folder === "") return;
    copy.mutate(
      { files: { kind: "found", item: named }, folder },
      {
        onSuccess: (run) => {
          onClose();
          scene().openClone({ run: run.id });
        },
      },
    );
  }

  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={begin}
      title={item.name}
      actions={
        <>
          <Button
            variant="primary"
            type="submit"
            busy={copy.isPending ? "Starting…" : undefined}
            disabledReason={folder === "" ? "Name the folder first." : undefined}
          >
            Copy its files
          </Button>
          <Button onClick={() => void navigate({ to: "/repositories/$id", params: { id: String(item.repository) } })}>Repository</Button>
          <Button onClick={onClose}>Close</Button>
        </>
      }
    >
      <div className={styles.form}>
        {item.description !== null && <p>{item.description}</p>}
        <p className={classes(styles.note, styles.mono, styles.place)} data-selectable>
          {item.path === "" ? item.full_name : `${item.full_name}/${item.path}`}
        </p>
        {item.problem !== null && (
          <p className={styles.trouble}>
            <HealthLight light="soon" />
            <span>{item.problem}</span>
          </p>
        )}
        {(detail.data?.questions.length ?? 0) > 0 && (
          <ul className={styles.questions} aria-label="What it asks">
            {detail.data?.questions.map((question) => (
              <Asked key={question.name} question={question} />
            ))}
          </ul>
        )}
        <TextField
          label="Folder"
          mono
          hint="Its files go there, without the history around them. It is made if it is not there, and has to be empty if it is."
          value={typed ?? detail.data?.folder ?? ""}
          onChange={setTyped}
        />
        <ProblemText problem={copy.error ?? detail.error} />
      </div>
    </Dialog>
  );
}

function Asked({ question }: { question: Question }) {
  return (
    <li>
      <span className={styles.mono}>{question.name}</span> {question.help}
      <span className={styles.under}>{answerSentence(question)}</span>
    </li>
  );
}
