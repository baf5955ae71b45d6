import { Menu as Base } from "@base-ui/react/menu";
import type { ReactNode, RefObject } from "react";
import { Icon } from "./Icon";
import styles from "./Menu.module.css";

type Anchor = RefObject<Element | null> | (() => Element | null);

/** A menu that something else opens: a key, a click with the other button. The focus goes back to `focusAfter`. */
export function Menu({
  label,
  open,
  onClose,
  anchor,
  align = "start",
  focusAfter,
  children,
}: {
  label: string;
  open: boolean;
  onClose: () => void;
  anchor: Anchor;
  align?: "start" | "end";
  focusAfter?: RefObject<HTMLElement | null>;
  children: ReactNode;
}) {
  return (
    <Base.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Base.Portal>
        <Base.Positioner className={styles.place} anchor={anchor} align={align} sideOffset={4} collisionPadding={8}>
          <Base.Popup className={styles.popup} aria-label={label} {...(focusAfter ? { finalFocus: focusAfter } : {})}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}

export function MenuItem({ icon, keys, onChoose, children }: { icon?: ReactNode; keys?: readonly string[]; onChoose: () => void; children: ReactNode }) {
  return (
    <Base.Item className={styles.item} onClick={onChoose}>
      <span className={styles.sign}>{icon}</span>
      <span className={styles.text}>{children}</span>
      <span className={styles.end}>{keys?.map((key) => <kbd key={key}>{key}</kbd>)}</span>
    </Base.Item>
  );
}

/** One that can be on or off; the menu stays open for the next. */
export function MenuCheck({
  checked,
  onChange,
  end,
  label,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  end?: ReactNode;
  /** What type-ahead looks for. */
  label: string;
  children: ReactNode;
}) {
  return (
    <Base.CheckboxItem className={styles.item} checked={checked} onCheckedChange={onChange} closeOnClick={false} label={label}>
      <span className={styles.sign}>
        <Base.CheckboxItemIndicator>
          <Icon name="check" />
        </Base.CheckboxItemIndicator>
      </span>
      <span className={styles.text}>{children}</span>
      <span className={styles.end}>{end}</span>
    </Base.CheckboxItem>
  );
}

/** One of several. */
export function MenuChoices<Value extends string>({
  value,
  onChange,
  choices,
}: {
  value: Value;
  onChange: (value: Value) => void;
  choices: readonly { value: Value; label: string; end?: ReactNode }[];
}) {
  return (
    <Base.RadioGroup value={value} onValueChange={(next: Value) => onChange(next)}>
      {choices.map((choice) => (
        <Base.RadioItem key={choice.value} className={styles.item} value={choice.value} closeOnClick label={choice.label}>
          <span className={styles.sign}>
            <Base.RadioItemIndicator>
              <Icon name="check" />
            </Base.RadioItemIndicator>
          </span>
          <span className={styles.text}>{choice.label}</span>
          <span className={styles.end}>{choice.end}</span>
        </Base.RadioItem>
      ))}
    </Base.RadioGroup>
  );
}

/** A menu in a menu. Its content is made when it is opened. */
export function MenuBranch({ text, onOpen, children }: { text: string; onOpen?: () => void; children: ReactNode }) {
  return (
    <Base.SubmenuRoot onOpenChange={(open) => open && onOpen?.()}>
      <Base.SubmenuTrigger className={styles.item}>
        <span className={styles.sign} />
        <span className={styles.text}>{text}</span>
        <Icon name="right" size="small" />
      </Base.SubmenuTrigger>
      <Base.Portal>
        <Base.Positioner className={styles.place} sideOffset={2} collisionPadding={8}>
          <Base.Popup className={styles.popup} aria-label={text}>
            {children}
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.SubmenuRoot>
  );
}

export function MenuRule() {
  return <Base.Separator className={styles.rule} />;
}

/** A line of words in a menu that is nothing to choose. */
export function MenuNote({ children }: { children: ReactNode }) {
  return <p className={styles.note}>{children}</p>;
}
