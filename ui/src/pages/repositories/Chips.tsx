import { type ReactNode, useEffect, useState } from "react";
import { Button } from "../../components/Button";
import { Icon } from "../../components/Icon";
import type { Account } from "../../ipc/bindings";
import type { Chip } from "../../text/filterText";
import styles from "./Chips.module.css";
import { chipWords } from "./filters";

/** The filters that are on, and how many repositories they leave. */
export function Chips({
  chips,
  accounts,
  onRemove,
  onClear,
  count,
  said,
  end,
}: {
  chips: readonly Chip[];
  accounts: readonly Account[];
  onRemove: (chip: Chip) => void;
  onClear: () => void;
  /** `23 of 12,480`, as it is seen. */
  count: string;
  /** The same for those who listen. */
  said: string;
  end?: ReactNode;
}) {
  return (
    <div className={styles.line}>
      {chips.length > 0 && (
        <ul className={styles.chips} aria-label="Filters">
          {chips.map((chip) => {
            const { before, value } = chipWords(chip, accounts);
            return (
              <li key={`${chip.field} ${String(chip.negated)} ${chip.value}`} className={styles.chip}>
                <span className={styles.before}>{before}</span>
                <b className={styles.value}>{value}</b>
                <button
                  type="button"
                  className={styles.remove}
                  aria-label={`Remove filter: ${before} ${value}`}
                  title="Remove this filter"
                  onClick={() => onRemove(chip)}
                  onKeyDown={(event) => {
                    if (event.key !== "Backspace") return;
                    event.preventDefault();
                    onRemove(chip);
                  }}
                >
                  <Icon name="x" size="tiny" />
                </button>
              </li>
            );
          })}
        </ul>
      )}
      {chips.length > 0 && (
        <Button variant="link" size="small" onClick={onClear}>
          Clear
        </Button>
      )}
      <span className={styles.end}>
        {end}
        <span className={styles.count} aria-hidden="true">
          {count}
        </span>
        <Announced text={said} />
      </span>
    </div>
  );
}

/** Says a text when it has stayed the same for a moment: at most once a second, and never every letter's count. */
function Announced({ text }: { text: string }) {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setSaid(text), 1000);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <span role="status" className={styles.hidden}>
      {said}
    </span>
  );
}
