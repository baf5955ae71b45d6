import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { Button } from "../../components/Button";
import { Dialog } from "../../components/Dialog";
import { TextField } from "../../components/TextField";
import { mutations } from "../../data/mutations";
import { queries } from "../../data/queries";
import type { CloneAsk } from "../../frame/cloneAsk";
import type { CloneRun, CloneSources, StartClone } from "../../ipc/bindings";
import { usePlatform } from "../../ipc/PlatformContext";
import { useSay } from "../../frame/Toasts";
import { ProblemText } from "../ProblemText";
import { number } from "../when";
import styles from "./CloneDialog.module.css";
import { fraction, planSentence, stepSentence } from "./cloneWords";

/** A folder is looked into when nothing was typed for so long. */
const SETTLES_MS = 250;

/** Copies of repositories: where to, what that comes to, and how far it is. Closing it stops nothing. */
export function CloneDialog({ asked, onStarted, onClose }: { asked: CloneAsk; onStarted: (id: string) => void; onClose: () => void }) {
  return "run" in asked ? <Progress id={asked.run} onClose={onClose} /> : <Ask sources={asked.sources} onStarted={onStarted} onClose={onClose} />;
}

function Ask({ sources, onStarted, onClose }: { sources: CloneSources; onStarted: (id: string) => void; onClose: () => void }) {
  const [typed, setTyped] = useState<string>();
  const folder = useSettled(typed?.trim() ?? "");
  const request: StartClone = { sources, folder: folder === "" ? null : folder };
  const plan = useQuery(queries.clonePlan(request));
  const start = useMutation(mutations.cloneStart());
  const one = sources.kind === "one";
  const waits = folder !== (typed?.trim() ?? "") || plan.isFetching;
  const nothing = plan.data !== undefined && plan.data.to_clone === 0;

  function begin() {
    if (waits || nothing || plan.error || start.isPending) return;
    start.mutate(request, { onSuccess: (run) => onStarted(run.id) });
  }

  return (
    <Dialog
      open
      onClose={onClose}
      title={one ? "Clone this repository" : "Clone these repositories"}
      onSubmit={begin}
      actions={
        <>
          <Button
            variant="primary"
            type="submit"
            busy={start.isPending ? "Starting…" : undefined}
            disabledReason={nothing ? "There is nothing to clone." : plan.error ? "See what is said above." : waits ? "The folder is being looked into." : undefined}
          >
            {one || plan.data === undefined ? "Clone" : `Clone ${number(plan.data.to_clone)}`}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <div className={styles.body}>
        <TextField
          label="Folder"
          mono
          hint={one ? "It is made if it is not there, and has to be empty if it is." : "Each goes into a folder of its own in it."}
          value={typed ?? plan.data?.folder ?? ""}
          onChange={setTyped}
        />
        <div role="status">{plan.data && !plan.error && planSentence(plan.data)}</div>
        {(plan.data?.not_cloneable.length ?? 0) > 0 && (
          <ul className={styles.lines} aria-label="What can’t be cloned">
            {plan.data?.not_cloneable.map(({ full_name, why }) => (
              <li key={full_name}>
                {full_name} <span className={styles.muted}>{why}</span>
              </li>
            ))}
          </ul>
        )}
        <ProblemText problem={start.error ?? plan.error} />
      </div>
    </Dialog>
  );
}

function Progress({ id, onClose }: { id: string; onClose: () => void }) {
  const run = useQuery(queries.cloneList()).data?.find((each) => each.id === id);
  const stop = useMutation(mutations.cloneCancel());
  const platform = usePlatform();
  const { sayProblem } = useSay();
  if (!run) return null;
  const goesOn = run.state === "running";
  return (
    <Dialog
      open
      onClose={onClose}
      title={goesOn ? `Cloning ${run.title}` : run.sentence}
      actions={
        goesOn ? (
          <>
            <Button onClick={onClose}>Go on in the background</Button>
            <Button variant="danger" busy={stop.isPending ? "Stopping…" : undefined} onClick={() => stop.mutate(id)}>
              Stop
            </Button>
          </>
        ) : (
          <>
            {run.cloned + run.present > 0 && (
              <Button variant="primary" onClick={() => void platform.openClone(id).catch(sayProblem)}>
                Open folder
              </Button>
            )}
            <Button onClick={onClose}>Close</Button>
          </>
        )
      }
    >
      <div className={styles.body}>
        {goesOn && <Bar run={run} />}
        <p className={styles.folder} data-selectable>
          {run.folder}
        </p>
        {run.steps.length > 0 && (
          <ul className={styles.lines} aria-label="Under way">
            {run.steps.map((step) => (
              <li key={step.full_name}>{stepSentence(step)}</li>
            ))}
          </ul>
        )}
        {run.failures.length > 0 && (
          <ul className={styles.lines} aria-label="Not cloned">
            {run.failures.map(({ full_name, problem }) => (
              <li key={full_name}>
                {full_name} <span className={styles.muted}>{`${problem.message} ${problem.hint}`}</span>
              </li>
            ))}
          </ul>
        )}
        {run.notes.length > 0 && (
          <ul className={styles.lines} aria-label="Worth knowing">
            {run.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        )}
        <ProblemText problem={stop.error} />
      </div>
    </Dialog>
  );
}

function Bar({ run }: { run: CloneRun }) {
  const part = fraction(run);
  return <progress className={styles.bar} max={1} aria-label="How far it is" {...(part === undefined ? {} : { value: part })} />;
}

/** A text once it has stayed the same for a moment. */
function useSettled(text: string): string {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLES_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
