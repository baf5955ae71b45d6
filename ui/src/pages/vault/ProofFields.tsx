import { Button } from "../../components/Button";
import { SecretField } from "../../components/SecretField";
import { TextField } from "../../components/TextField";
import { problemOf } from "../ProblemText";
import type { ProofWay } from "./proof";
import type { AskedProof } from "./useProof";
import styles from "./vault.module.css";

const INSTEAD: Record<ProofWay, string> = {
  passphrase: "Use the passphrase instead",
  keychain: "Ask the keychain instead",
  recovery: "Use the recovery code instead",
};

/** Asks for the proof, by one of the ways there are. */
export function ProofFields({
  proof,
  problem,
  label = "Passphrase",
  big = false,
  onType,
}: {
  proof: AskedProof;
  /** What came of it; a wrong proof is said under its field. */
  problem: unknown;
  label?: string;
  big?: boolean;
  onType?: () => void;
}) {
  const { ways, way, text, missing, field, choose, type: keep } = proof;
  const error = missing ?? wrongProof(problem);
  function type(next: string) {
    keep(next);
    onType?.();
  }
  return (
    <div>
      {way === "passphrase" && (
        <SecretField ref={field} label={label} autoComplete="current-password" big={big} value={text} onChange={type} error={error} />
      )}
      {way === "recovery" && (
        <TextField
          ref={field}
          label="Recovery code"
          hint="Eight groups of four. Spaces, hyphens and capitals do not matter."
          mono
          big={big}
          value={text}
          onChange={type}
          error={error}
        />
      )}
      {way === "keychain" && <p className={styles.read}>The keychain is asked; there is nothing to type.</p>}
      {ways.length > 1 && (
        <div className={styles.links}>
          {ways
            .filter((each) => each !== way)
            .map((each) => (
              <Button
                key={each}
                variant="link"
                size="small"
                onClick={() => {
                  choose(each);
                  onType?.();
                  // The field of the chosen way is there after this.
                  queueMicrotask(() => field.current?.focus());
                }}
              >
                {INSTEAD[each]}
              </Button>
            ))}
        </div>
      )}
    </div>
  );
}

/** What is said under the field: that what was typed is not it. */
function wrongProof(problem: unknown): string | undefined {
  const told = problemOf(problem);
  return told && isWrongProof(told) ? [told.message, told.hint].filter(Boolean).join(" ") : undefined;
}

/** Whether a problem is about the proof, and so said at its field. */
export function isWrongProof(problem: unknown): boolean {
  const code = problemOf(problem)?.code;
  return code === "wrong_passphrase" || code === "wrong_recovery";
}

/** What is left to say elsewhere: everything that is not about the proof. */
export function otherProblem(problem: unknown): unknown {
  return isWrongProof(problem) ? undefined : problem;
}
