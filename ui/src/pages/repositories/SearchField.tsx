import { type KeyboardEvent, type Ref, useId, useImperativeHandle, useRef, useState } from "react";
import { Icon } from "../../components/Icon";
import styles from "./SearchField.module.css";
import { type Suggestion, suggestionId, Suggestions } from "./Suggestions";

export type SearchFieldHandle = { focus(): void };

/** The words and, while they are typed, the filters. Moving in the list leaves the focus here. */
export function SearchField({
  text,
  onText,
  gridId,
  activeRow,
  onMove,
  onOpen,
  onIntoList,
  onTakeLastChip,
  onFinish,
  suggestions,
  onSuggestion,
  ref,
}: {
  text: string;
  onText: (text: string) => void;
  gridId: string;
  activeRow: string | undefined;
  /** Moves the current row; answers whether that key does. */
  onMove: (key: string) => boolean;
  onOpen: () => void;
  /** Whether there is a list to go into. */
  onIntoList: () => boolean;
  /** Turns the last chip back into text; answers whether there was one. */
  onTakeLastChip: () => boolean;
  /** Takes a filter that stands at the end without a space; answers whether there was one. */
  onFinish: () => boolean;
  /** What the filter that is being typed could become. */
  suggestions: readonly Suggestion[];
  onSuggestion: (suggestion: Suggestion) => void;
  ref: Ref<SearchFieldHandle>;
}) {
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => ({
    focus: () => {
      input.current?.focus();
      input.current?.select();
    },
  }));

  const id = useId();
  // None is chosen until an arrow says so: Enter goes on meaning what was typed.
  const [chosen, setChosen] = useState(-1);
  const [closedAt, setClosedAt] = useState<string>();
  const open = suggestions.length > 0 && closedAt !== text;
  const at = open ? Math.min(chosen, suggestions.length - 1) : -1;

  function choose(suggestion: Suggestion) {
    setChosen(-1);
    onSuggestion(suggestion);
  }

  /** The keys of the values, while they are there; answers whether it was one. */
  function onSuggestionKey(key: string): boolean {
    const suggestion = suggestions[at];
    const nearest = suggestion ?? suggestions[0];
    if (key === "ArrowDown") setChosen(at + 1 < suggestions.length ? at + 1 : 0);
    else if (key === "ArrowUp") setChosen(at > 0 ? at - 1 : suggestions.length - 1);
    else if (key === "Enter" && suggestion) choose(suggestion);
    else if (key === "Tab" && nearest) choose(nearest);
    else if (key === "Escape") setClosedAt(text);
    else return false;
    return true;
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (open && !event.shiftKey && onSuggestionKey(event.key)) {
      event.preventDefault();
      event.stopPropagation();
      return;
    }
    const rowKey = ["ArrowDown", "ArrowUp", "PageDown", "PageUp"].includes(event.key);
    if (rowKey && !event.shiftKey) onMove(event.key);
    else if (event.key === "Enter") {
      if (!onFinish()) onOpen();
    } else if (event.key === "Tab" && !event.shiftKey) {
      if (!onIntoList()) return;
    } else if (event.key === "Escape") {
      if (text !== "") onText("");
      else onIntoList();
    } else if (event.key === "Backspace" && text === "") {
      if (!onTakeLastChip()) return;
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <div className={styles.field}>
      <Icon name="search" className={styles.sign} />
      <input
        ref={input}
        className={styles.input}
        role="combobox"
        aria-label="Search repositories"
        aria-expanded="true"
        aria-haspopup={open ? "listbox" : "grid"}
        aria-autocomplete="list"
        aria-controls={open ? id : gridId}
        aria-activedescendant={at >= 0 ? suggestionId(id, at) : open ? undefined : activeRow}
        placeholder="Search names, owners, descriptions, topics"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        value={text}
        onChange={(event) => {
          setChosen(-1);
          onText(event.target.value);
        }}
        onBlur={() => setClosedAt(text)}
        onFocus={() => setClosedAt(undefined)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
      {open && <Suggestions id={id} values={suggestions} chosen={at} onChoose={choose} />}
    </div>
  );
}
