import { SecretField } from "../../components/SecretField";
import type { PassphraseTwice } from "./usePassphraseTwice";
import { useStrength } from "./useStrength";
import styles from "./vault.module.css";

const STEPS = [1, 2, 3, 4];

/** The two fields of a new passphrase, and how hard it is to guess. */
export function PassphraseTwiceFields({ twice, label, big = false }: { twice: PassphraseTwice; label: string; big?: boolean }) {
  const { first, second, problem, firstField, secondField, typeFirst, typeSecond } = twice;
  const strength = useStrength(first);
  return (
    <div className={styles.fields}>
      <div>
        <SecretField
          ref={firstField}
          label={label}
          autoComplete="new-password"
          big={big}
          value={first}
          onChange={typeFirst}
          error={problem.first}
        />
        <div className={styles.strength}>
          <span className={styles.steps} aria-hidden="true">
            {STEPS.map((step) => (
              <span key={step} className={strength?.enough && strength.score >= step ? styles.reached : styles.step} />
            ))}
          </span>
          <span role="status">{strength && [strength.sentence, strength.hint].filter(Boolean).join(" ")}</span>
        </div>
      </div>
      <SecretField
        ref={secondField}
        label="The same once more"
        autoComplete="new-password"
        big={big}
        value={second}
        onChange={typeSecond}
        error={problem.second}
      />
    </div>
  );
}
