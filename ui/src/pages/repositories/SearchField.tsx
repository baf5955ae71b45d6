import { type KeyboardEvent, type Ref, useImperativeHandle, useRef } from "react";
import { Icon } from "../../components/Icon";
import styles from "./SearchField.module.css";

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
  ref,
}: {
  text: string;
  onText: (text: string) => void;
  gridId: string;
  activeRow: string | undefined;
  /** Moves the current row; answers whether that key does. */
  onMove: (key: string) => boolean;
  onOpen: () => void;
  onIntoList: () => void;
  /** Turns the last chip back into text; answers whether there was one. */
  onTakeLastChip: () => boolean;
  /** Takes a filter that stands at the end without a space; answers whether there was one. */
  onFinish: () => boolean;
  ref: Ref<SearchFieldHandle>;
}) {
  const input = useRef<HTMLInputElement>(null);
  useImperativeHandle(ref, () => ({
    focus: () => {
      input.current?.focus();
      input.current?.select();
    },
  }));

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const rowKey = ["ArrowDown", "ArrowUp", "PageDown", "PageUp"].includes(event.key);
    if (rowKey && !event.shiftKey) onMove(event.key);
    else if (event.key === "Enter") {
      if (!onFinish()) onOpen();
    } else if (event.key === "Tab" && !event.shiftKey) onIntoList();
    else if (event.key === "Escape") {
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
        aria-haspopup="grid"
        aria-autocomplete="list"
        aria-controls={gridId}
        aria-activedescendant={activeRow}
        placeholder="Search names, owners, descriptions, topics"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        autoComplete="off"
        value={text}
        onChange={(event) => onText(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <kbd aria-hidden="true">/</kbd>
    </div>
  );
}
