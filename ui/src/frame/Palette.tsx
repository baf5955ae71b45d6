import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { ACTIONS } from "../actions/actions";
import type { Action } from "../actions/action";
import { useActions } from "../actions/ActionsContext";
import { caps, isMac } from "../actions/keys";
import { Icon } from "../components/Icon";
import { Marked } from "../components/Marked";
import { Swatch } from "../components/Swatch";
import { VisibilityIcon } from "../components/VisibilityIcon";
import { queries } from "../data/queries";
import type { Account, Repository } from "../ipc/bindings";
import { usePlatform } from "../ipc/PlatformContext";
import { accountName } from "../pages/accountName";
import { hostNeeded } from "../pages/hostNeeded";
import { hostsToAsk, sends } from "../pages/hosts/words";
import { takeFilters } from "../pages/repositories/filters";
import { addressOf } from "../pages/repositories/views";
import { number } from "../pages/when";
import { fold, wordsOf } from "../text/marking";
import { since } from "../text/when";
import styles from "./Palette.module.css";
import { findActions, readAsked } from "./paletteText";

const REPOSITORIES = 6;

type Entry = { key: string; section: string; icon: ReactNode; words: ReactNode; end?: ReactNode; copy?: string; run: () => void };

/** One field for everything: what can be done, where one can go, and every repository. */
export function Palette({ first, onClose }: { first: string; onClose: () => void }) {
  const [text, setText] = useState(first);
  const [current, setCurrent] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const id = useId();
  const mac = isMac();
  useFocusBack(field);
  const { entries, all } = useEntries(text, mac);
  const at = Math.min(current, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector("[aria-selected=true]")?.scrollIntoView({ block: "nearest" });
  }, [at]);

  function choose(entry: Entry | undefined) {
    if (!entry) return;
    // What it does may move the focus, so the focus is given back first.
    onClose();
    requestAnimationFrame(() => entry.run());
  }

  function onKeyDown(event: KeyboardEvent<HTMLInputElement>) {
    if (event.nativeEvent.isComposing) return;
    const mod = mac ? event.metaKey : event.ctrlKey;
    const entry = entries[at];
    if (event.key === "ArrowDown") setCurrent(at + 1 < entries.length ? at + 1 : 0);
    else if (event.key === "ArrowUp") setCurrent(at > 0 ? at - 1 : entries.length - 1);
    else if (event.key === "Enter") choose(mod && all ? all : entry);
    else if (event.key === "Escape" || (mod && event.key.toLowerCase() === "k")) onClose();
    else if (mod && event.key.toLowerCase() === "c" && entry?.copy !== undefined && nothingMarked(event.currentTarget)) copy(entry.copy);
    // The field is the only thing to be in; the list is moved through with the arrows.
    else if (event.key !== "Tab") return;
    event.preventDefault();
    event.stopPropagation();
  }
  const platform = usePlatform();
  function copy(name: string) {
    void platform.copyText(name).catch(() => undefined);
    onClose();
  }

  return (
    <div className={styles.over}>
      <div className={styles.scrim} aria-hidden="true" onClick={onClose} />
      <div className={styles.palette} role="dialog" aria-modal="true" aria-label="Search or do anything">
        <div className={styles.ask}>
          <Icon name="search" />
          <input
            ref={field}
            className={styles.input}
            role="combobox"
            aria-label="Search or do anything"
            aria-expanded="true"
            aria-autocomplete="list"
            aria-controls={`${id}-list`}
            aria-activedescendant={entries[at] ? `${id}-${at}` : undefined}
            placeholder="Repositories, accounts, actions"
            spellCheck={false}
            autoComplete="off"
            value={text}
            onChange={(event) => {
              setText(event.target.value);
              setCurrent(0);
            }}
            onKeyDown={onKeyDown}
          />
          <kbd aria-hidden="true">Esc</kbd>
        </div>
        <div ref={list} id={`${id}-list`} className={styles.list} role="listbox" aria-label="What was found">
          {sections(entries).map((section) => (
            <div key={section.title} role="group" aria-label={section.title}>
              <h2 className={styles.heading} aria-hidden="true">
                {section.title}
              </h2>
              {section.entries.map(({ entry, index }) => (
                // The keys are the field's: it has the focus, and names the chosen one.
                // eslint-disable-next-line jsx-a11y/click-events-have-key-events
                <div
                  key={entry.key}
                  id={`${id}-${index}`}
                  role="option"
                  tabIndex={-1}
                  aria-selected={index === at}
                  className={styles.entry}
                  onClick={() => choose(entry)}
                  onPointerMove={() => setCurrent(index)}
                >
                  {entry.icon}
                  <span className={styles.words}>{entry.words}</span>
                  <span className={styles.end}>{entry.end}</span>
                </div>
              ))}
            </div>
          ))}
          {entries.every(({ key }) => key === "hosts") && <p className={styles.none}>{`Nothing is called “${readAsked(text).text}”.`}</p>}
        </div>
        <div className={styles.foot} aria-hidden="true">
          <span>
            <kbd>↑</kbd> <kbd>↓</kbd> choose
          </span>
          <span>
            <kbd>↵</kbd> do
          </span>
          <span className={styles.optional}>
            <kbd>{mac ? "⌘" : "Ctrl"}</kbd> <kbd>C</kbd> copy name
          </span>
          <span className={styles.narrow}>
            <span>
              <kbd>&gt;</kbd> actions only
            </span>
            <span>
              <kbd>@</kbd> accounts
            </span>
          </span>
        </div>
      </div>
    </div>
  );
}

/** What there is for a text, in sections; and the way to the whole list, if there is one. */
function useEntries(text: string, mac: boolean): { entries: Entry[]; all: Entry | undefined } {
  const { scene: ask } = useActions();
  // Where things stood when it was opened: what is behind it does not move meanwhile.
  const scene = useMemo(() => ask(), [ask]);
  const asked = readAsked(text);
  const search = asked.narrowed === "all" ? asked.text : "";
  const found = useQuery({
    ...queries.repositoryFirst({ text: search }, REPOSITORIES),
    enabled: search !== "",
    placeholderData: keepPreviousData,
  }).data;
  const accounts = useQuery(queries.accountList()).data?.rows ?? [];
  const views = useQuery(queries.viewList()).data?.rows ?? [];
  const words = wordsOf(asked.text);
  // As the rows really spell what was typed, where that has a slip in it.
  const marked = wordsOf((found?.marked ?? []).join(" "));
  const now = new Date();

  const repository = scene.target.repository?.();
  const doing = asked.narrowed === "accounts" ? [] : findActions(ACTIONS, scene, asked.text);
  const act = (action: Action, section: string): Entry => ({
    key: action.id,
    section,
    icon: <Icon name={action.icon} />,
    words: <Marked text={action.label(scene)} words={words} />,
    end: action.shortcuts?.[0] === undefined ? null : caps(action.shortcuts[0], mac).map((cap) => <kbd key={cap}>{cap}</kbd>),
    run: () => action.run(ask()),
  });
  const rows = search === "" ? [] : (found?.rows ?? []);
  const total = found?.total ?? 0;
  const all: Entry | undefined =
    search !== "" && total > 0
      ? {
          key: "all",
          section: "Repositories",
          icon: <Icon name="search" />,
          words: `Show all ${number(total)} repositories with “${search}”`,
          end: [mac ? "⌘" : "Ctrl", "↵"].map((cap) => <kbd key={cap}>{cap}</kbd>),
          run: () => void scene.navigate({ to: "/", search: { q: search } }),
        }
      : undefined;
  // Filters are known to the list alone; what is not one of them is what a host could be asked for.
  const wanted = search === "" ? "" : takeFilters(`${search} `, accounts).text.trim();
  const elsewhere: Entry | undefined =
    wanted !== "" && hostsToAsk(accounts).length > 0
      ? {
          key: "hosts",
          section: "Elsewhere",
          icon: <Icon name="globe" />,
          words: `Search the hosts for “${wanted}”`,
          end: <span className={styles.note}>{sends("", accounts).replace(/\.$/, "")}</span>,
          run: () => ask().searchHosts(wanted),
        }
      : undefined;
  const people = asked.narrowed === "actions" || (asked.narrowed === "all" && words.length === 0) ? [] : accounts.filter((one) => holds(one, words));
  const kept = asked.narrowed === "all" && words.length > 0 ? views.filter((view) => words.every((word) => fold(view.name).includes(word))) : [];
  const entries = [
    ...doing.filter((action) => action.group === "This repository").map((action) => act(action, `For ${repository?.full_name ?? ""}`)),
    ...doing.filter((action) => action.group === "This account").map((action) => act(action, `For ${scene.target.shown?.name ?? ""}`)),
    ...doing.filter((action) => action.group === "The selection").map((action) => act(action, "For what is selected")),
    ...rows.map((row): Entry => ({
      key: `repository-${row.id}`,
      section: "Repositories",
      icon: <VisibilityIcon visibility={row.visibility} />,
      words: <Name row={row} words={marked} />,
      end: <span className={styles.note}>{place(row, accounts, now)}</span>,
      copy: row.full_name,
      run: () => void scene.navigate({ to: "/repositories/$id", params: { id: String(row.id) }, search: { q: search } }),
    })),
    ...(all && total > rows.length ? [all] : []),
    ...kept.map((view): Entry => ({
      key: `view-${view.id}`,
      section: "Views",
      icon: <Icon name="repos" />,
      words: <Marked text={view.name} words={words} />,
      end: <span className={styles.note}>{view.query}</span>,
      run: () => void scene.navigate({ to: "/", search: addressOf(view, accounts) }),
    })),
    ...people.map((account): Entry => ({
      key: `account-${account.id}`,
      section: "Accounts",
      icon: <Swatch colour={account.swatch} />,
      words: (
        <>
          <Marked text={accountName(account)} words={words} />
          <span className={styles.muted}>
            {account.label !== null && (
              <>
                {", "}
                <Marked text={account.login} words={words} />
              </>
            )}
            {` at ${account.host_label}`}
          </span>
        </>
      ),
      end: <span className={styles.note}>{account.state}</span>,
      copy: account.login,
      run: () => void scene.navigate({ to: "/accounts/$id", params: { id: account.id } }),
    })),
    ...(["The list", "Do", "Go to"] as const).flatMap((group) =>
      doing.filter((action) => action.group === group).map((action) => act(action, group === "The list" ? "With the list" : group)),
    ),
    // The last: what leads out of this computer is no slip of the hand on `Enter`.
    ...(elsewhere ? [elsewhere] : []),
  ];
  return { entries, all };
}

function Name({ row, words }: { row: Repository; words: readonly string[] }) {
  return (
    <span className={styles.mono}>
      <span className={styles.muted}>
        <Marked text={`${row.owner}/`} words={words} />
      </span>
      <Marked text={row.name} words={words} />
    </span>
  );
}

function place(row: Repository, accounts: readonly Account[], now: Date): string {
  const account = accounts.find((each) => each.id === row.accounts[0]);
  const host = account && hostNeeded(account, accounts);
  const name = account ? [accountName(account), host].filter(Boolean).join(" ") : "";
  return [name, row.pushed_at === null ? "" : since(new Date(row.pushed_at), now)].filter(Boolean).join(", ");
}

function holds(account: Account, words: readonly string[]): boolean {
  const text = fold(`${account.label ?? ""} ${account.login} ${account.host_label} ${account.name ?? ""}`);
  return words.every((word) => text.includes(word));
}

function sections(entries: readonly Entry[]): { title: string; entries: { entry: Entry; index: number }[] }[] {
  const all: { title: string; entries: { entry: Entry; index: number }[] }[] = [];
  entries.forEach((entry, index) => {
    const last = all.at(-1);
    if (last?.title === entry.section) last.entries.push({ entry, index });
    else all.push({ title: entry.section, entries: [{ entry, index }] });
  });
  return all;
}

function nothingMarked(input: HTMLInputElement): boolean {
  return input.selectionStart === input.selectionEnd;
}

/** Takes the focus while it is there and gives it back to where it was. */
function useFocusBack(field: React.RefObject<HTMLInputElement | null>) {
  const [before] = useState(() => document.activeElement);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
    return () => {
      // After this commit what lies behind can be focused again.
      queueMicrotask(() => {
        if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
      });
    };
  }, [before, field]);
}

