import { type ReactNode, type SubmitEvent, useEffect, useRef } from "react";
import { Button } from "../../components/Button";
import type { Proof, VaultStatus } from "../../ipc/bindings";
import { ProblemText } from "../ProblemText";
import { Alone } from "./Alone";
import { isWrongProof, otherProblem, ProofFields } from "./ProofFields";
import type { ProofWay } from "./proof";
import { useProof } from "./useProof";
import styles from "./vault.module.css";

/** A page that says what is about to be done and asks for the proof that it may be. */
export function ProvePage({
  vault,
  mark = "open",
  title,
  lead,
  ways,
  problem,
  button,
  busy,
  onForget,
  onProof,
  onBack,
}: {
  vault: VaultStatus;
  mark?: "open" | "locked";
  title: string;
  lead: ReactNode;
  ways: readonly ProofWay[];
  problem: unknown;
  button: string;
  busy: string | undefined;
  /** What came of the last try is not true any more of what is typed now. */
  onForget: () => void;
  onProof: (proof: Proof, refused: (problem: unknown) => void) => void;
  onBack: () => void;
}) {
  const proof = useProof(ways);
  const { field } = proof;
  const submitButton = useRef<HTMLButtonElement>(null);
  useEffect(() => (field.current ?? submitButton.current)?.focus(), [field]);

  function submit(event: SubmitEvent) {
    event.preventDefault();
    if (busy !== undefined) return;
    const given = proof.take();
    if (given) {
      onProof(given, (refusal) => {
        if (isWrongProof(refusal)) proof.refused();
      });
    }
  }

  return (
    <Alone
      mark={mark}
      title={title}
      lead={lead}
      foot="Nothing is changed before this."
      end={<span className={styles.mono}>{vault.path}</span>}
      onEscape={onBack}
    >
      <form onSubmit={submit}>
        <ProofFields proof={proof} problem={problem} big onType={onForget} />
        <ProblemText className={styles.problem} problem={otherProblem(problem)} />
        <div className={styles.actions}>
          <Button ref={submitButton} type="submit" variant="primary" keys={["↵"]} busy={busy}>
            {button}
          </Button>
          <Button variant="link" onClick={onBack}>
            Back
          </Button>
        </div>
      </form>
    </Alone>
  );
}
