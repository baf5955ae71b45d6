import { type KeyboardEvent, type ReactNode, type Ref, useEffect, useId, useRef } from "react";
import styles from "./ChoiceList.module.css";
import { classes } from "./classes";
import { digit, direction, step } from "./roving";

export type Choice<Value extends string> = {
  value: Value;
  title: string;
  note?: ReactNode;
  icon?: ReactNode;
  /** Set where it can't be chosen: why, shown in place of the note. */
  disabledReason?: string | undefined;
};

type Props<Value extends string> = {
  label: string;
  choices: readonly Choice<Value>[];
  value: Value;
  onChange: (value: Value) => void;
  /** `cards`: the one question of a page, with icons and digits. `rows`: one question among others. */
  look: "cards" | "rows";
  /** `anywhere`: digits and `Enter` count wherever the focus is, as long as nobody is typing. */
  keys?: "focused" | "anywhere";
  /** What `Enter` leads to. */
  onEnter?: () => void;
  /** The element that has the focus of the group, for focus on arrival. */
  focusRef?: Ref<HTMLLIElement>;
};

/** One of a few, each with a sentence about it. */
export function ChoiceList<Value extends string>({
  label,
  choices,
  value,
  onChange,
  look,
  keys = "focused",
  onEnter,
  focusRef,
}: Props<Value>) {
  const base = useId();
  const list = useRef<HTMLUListElement>(null);

  function choose(index: number, focus: boolean) {
    const choice = choices[index];
    if (!choice || choice.disabledReason) return;
    onChange(choice.value);
    if (focus) list.current?.querySelectorAll<HTMLElement>("[role=radio]")[index]?.focus();
  }

  function onKeyDown(event: KeyboardEvent<HTMLLIElement>, index: number) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = direction(event.key, getComputedStyle(event.currentTarget).direction === "rtl");
    const named = digit(event.key, choices.length);
    if (by) choose(step(index, by, choices.map((choice) => !choice.disabledReason)), true);
    else if (named !== undefined) choose(named, true);
    else if (event.key === " ") choose(index, true);
    else if (event.key === "Enter" && onEnter) onEnter();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const latest = useRef({ choose, onEnter });
  useEffect(() => {
    latest.current = { choose, onEnter };
  });
  useEffect(() => {
    if (keys !== "anywhere") return;
    function hear(event: globalThis.KeyboardEvent) {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("input, textarea, select, [contenteditable], [role=dialog]")) return;
      const named = digit(event.key, choices.length);
      if (named !== undefined) latest.current.choose(named, true);
      else if (event.key === "Enter" && !target?.closest("button, a")) latest.current.onEnter?.();
    }
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [keys, choices.length]);

  const reachable = choices.some((choice) => choice.value === value && !choice.disabledReason)
    ? value
    : choices.find((choice) => !choice.disabledReason)?.value;

  return (
    <ul ref={list} role="radiogroup" aria-label={label} className={classes(styles.list, styles[look])}>
      {choices.map((choice, index) => {
        const checked = choice.value === value && !choice.disabledReason;
        const note = choice.disabledReason ?? choice.note;
        return (
          <li
            key={choice.value}
            ref={choice.value === reachable ? focusRef : undefined}
            role="radio"
            aria-checked={checked}
            aria-disabled={choice.disabledReason ? true : undefined}
            aria-labelledby={`${base}-t${index}`}
            aria-describedby={note ? `${base}-n${index}` : undefined}
            tabIndex={choice.value === reachable ? 0 : -1}
            className={styles.choice}
            onClick={() => choose(index, true)}
            onKeyDown={(event) => onKeyDown(event, index)}
          >
            {look === "rows" ? (
              <span className={styles.radio} aria-hidden="true" />
            ) : (
              <span className={styles.icon}>{choice.icon}</span>
            )}
            <span id={`${base}-t${index}`} className={styles.title}>
              {choice.title}
            </span>
            {look === "cards" && <kbd aria-hidden="true">{index + 1}</kbd>}
            {note && (
              <span id={`${base}-n${index}`} className={styles.note}>
                {note}
              </span>
            )}
          </li>
        );
      })}
    </ul>
  );
}
