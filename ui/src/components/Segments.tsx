import { type KeyboardEvent, useRef } from "react";
import { direction, step } from "./roving";
import styles from "./Segments.module.css";

/** One of two to four short words, all in view. */
export function Segments<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly { value: Value; label: string }[];
  onChange: (value: Value) => void;
}) {
  const group = useRef<HTMLDivElement>(null);
  function onKeyDown(event: KeyboardEvent<HTMLButtonElement>, index: number) {
    const by = direction(event.key, getComputedStyle(event.currentTarget).direction === "rtl");
    if (!by || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    const next = step(index, by, options.map(() => true));
    const option = options[next];
    if (!option) return;
    onChange(option.value);
    group.current?.querySelectorAll("button")[next]?.focus();
  }
  return (
    <div ref={group} role="radiogroup" aria-label={label} className={styles.segments}>
      {options.map((option, index) => (
        <button
          key={option.value}
          type="button"
          role="radio"
          aria-checked={option.value === value}
          tabIndex={option.value === value ? 0 : -1}
          className={styles.segment}
          onClick={() => onChange(option.value)}
          onKeyDown={(event) => onKeyDown(event, index)}
        >
          {option.label}
        </button>
      ))}
    </div>
  );
}
