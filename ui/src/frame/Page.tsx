import { type ReactNode, type Ref, type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { Button } from "../components/Button";
import { classes } from "../components/classes";
import { Icon } from "../components/Icon";
import styles from "./Page.module.css";

export type FootKey = { keys: readonly string[]; does: string; optional?: boolean };

/** What every page has: a head, a body that scrolls, and a foot that says how things stand and which keys matter. */
export function Page({
  title,
  titleHidden = false,
  titleMono = false,
  sub,
  actions,
  bar,
  onBack,
  onEnter,
  foot,
  keys = [],
  footBar,
  padded = false,
  focusElsewhere = false,
  children,
  ref,
}: {
  title: ReactNode;
  /** The title is read out, but not seen: what is in the bar says it. */
  titleHidden?: boolean;
  titleMono?: boolean;
  sub?: ReactNode;
  /** At the end of the head. */
  actions?: ReactNode;
  /** In the head, in place of a title that is seen. */
  bar?: ReactNode;
  /** Where `Esc` and the arrow lead. */
  onBack?: (() => void) | undefined;
  /** What `Enter` does where nothing that has the focus takes it. */
  onEnter?: (() => void) | undefined;
  foot: ReactNode;
  keys?: readonly FootKey[];
  /** In place of the foot. */
  footBar?: ReactNode;
  /** Whether the body has the usual margin and scrolls by itself. */
  padded?: boolean;
  /** Set by a page that puts the focus somewhere itself. */
  focusElsewhere?: boolean;
  children?: ReactNode;
  ref?: Ref<HTMLElement>;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    // Rows that are there at once have taken it already.
    const taken = heading.current?.closest("main")?.contains(document.activeElement);
    if (!focusElsewhere && !taken) heading.current?.focus();
  }, [focusElsewhere]);
  usePageKeys(onBack, onEnter);
  const body = useRef<HTMLDivElement>(null);
  useScrollKeys(heading, body);
  return (
    <main className={styles.page} ref={ref}>
      <header className={styles.bar} data-region="head">
        {onBack && (
          <Button
            variant="quiet"
            className={styles.back}
            aria-label="Back"
            title="Back (Esc)"
            icon={<Icon name="left" />}
            onClick={onBack}
          />
        )}
        <h1
          ref={heading}
          tabIndex={-1}
          className={classes(titleHidden ? styles.hidden : styles.title, titleMono && styles.mono)}
        >
          <span className={styles.cut}>{title}</span>
          {sub && <span className={styles.sub}>{sub}</span>}
        </h1>
        {bar}
        {actions}
      </header>
      {padded ? (
        <div ref={body} className={styles.body} data-region="body">
          {children}
        </div>
      ) : (
        children
      )}
      {footBar ?? <Foot keys={keys}>{foot}</Foot>}
    </main>
  );
}

function Foot({ keys, children }: { keys: readonly FootKey[]; children: ReactNode }) {
  return (
    <footer className={styles.foot}>
      <span className={styles.cut}>{children}</span>
      <span className={styles.keys}>
        {keys.map((key) => (
          <span key={key.does} className={key.optional ? styles.optional : undefined}>
            {key.keys.map((cap) => (
              <kbd key={cap}>{cap}</kbd>
            ))}
            {key.does}
          </span>
        ))}
      </span>
    </footer>
  );
}

/** `Esc` and `Enter` wherever the focus is on the page, unless something nearer took them. */
function usePageKeys(onBack: (() => void) | undefined, onEnter: (() => void) | undefined) {
  const latest = useRef({ onBack, onEnter });
  useLayoutEffect(() => {
    latest.current = { onBack, onEnter };
  });
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const target = event.target instanceof Element ? event.target : null;
      if (target?.closest("[role=dialog], [role=alertdialog], [role=menu], [role=listbox]")) return;
      const { onBack: back, onEnter: enter } = latest.current;
      if (event.key === "Escape" && back) {
        event.preventDefault();
        back();
      } else if (event.key === "Enter" && enter && !target?.closest("button, a, input, textarea, select, [role=row]")) {
        event.preventDefault();
        enter();
      }
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, []);
}

const LINE_PX = 40;

/** Where the focus stands on the heading, which lies outside of what scrolls, keys scroll the body all the same. */
function useScrollKeys(heading: RefObject<HTMLElement | null>, body: RefObject<HTMLElement | null>) {
  useEffect(() => {
    const hear = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      const scrolled = body.current;
      if (!scrolled || (event.target !== heading.current && event.target !== document.body)) return;
      const page = scrolled.clientHeight - LINE_PX;
      const steps: Record<string, number> = {
        ArrowDown: LINE_PX,
        ArrowUp: -LINE_PX,
        PageDown: page,
        PageUp: -page,
        " ": page,
        Home: -scrolled.scrollHeight,
        End: scrolled.scrollHeight,
      };
      const by = steps[event.key];
      if (by === undefined) return;
      event.preventDefault();
      scrolled.scrollTop += by;
    };
    document.addEventListener("keydown", hear);
    return () => document.removeEventListener("keydown", hear);
  }, [heading, body]);
}
