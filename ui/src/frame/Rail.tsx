import { useQuery } from "@tanstack/react-query";
import { Link, useLocation } from "@tanstack/react-router";
import type { KeyboardEvent, ReactNode } from "react";
import { useActions } from "../actions/ActionsContext";
import { caps, isMac } from "../actions/keys";
import { Button } from "../components/Button";
import { classes } from "../components/classes";
import { HealthLight } from "../components/HealthLight";
import { Icon, type IconName } from "../components/Icon";
import { Mark } from "../components/Mark";
import { Swatch } from "../components/Swatch";
import { queries } from "../data/queries";
import type { Account, Health } from "../ipc/bindings";
import { healthLight } from "../pages/accounts/groups";
import { accountName } from "../pages/accountName";
import { hostNeeded } from "../pages/hostNeeded";
import { runSentence } from "../pages/repositories/cloneWords";
import { addressOf } from "../pages/repositories/views";
import { clockTime, number } from "../pages/when";
import styles from "./Rail.module.css";
import { initials, securityLine, syncFraction, syncSentence, vaultSentence } from "./railText";

/** The way to everything: pages, the accounts' repositories, and how things stand. */
export function Rail() {
  const accounts = useQuery(queries.accountList()).data?.rows ?? [];
  const total = useQuery(queries.repositoryCount({})).data;
  const { pathname, search } = useLocation();
  // Kept warm for the key handler, which must know at once whether letters are on.
  useQuery(queries.settings());
  const { scene } = useActions();
  const listing = accounts.filter((account) => account.lists);
  const needing = accounts.filter((account) => account.health === "needs_you").length;
  const one = pathname === "/" ? (search as { account?: string }).account : undefined;
  const views = useQuery(queries.viewList()).data?.rows ?? [];
  const shown = pathname === "/" ? (search as { view?: string }).view : undefined;
  const short = initials(accounts);
  const mac = isMac();

  return (
    // The arrows are a shortcut among what can be reached by Tab anyway.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-element-interactions
    <nav className={styles.rail} aria-label="Main" data-region="rail" onKeyDown={moveWithArrows}>
      <div className={styles.brand}>
        <Mark state="open" className={styles.mark} />
        <span className={styles.wide}>Drawbridge</span>
        <Button
          variant="quiet"
          size="small"
          className={styles.lock}
          icon={<Icon name="lock" />}
          aria-label="Lock the vault"
          title={`Lock the vault (${caps("Mod+l", mac).join(" ")})`}
          onClick={() => scene().lock()}
        />
      </div>
      <button
        type="button"
        className={styles.ask}
        aria-label="Search or do anything"
        title={`Search or do anything (${caps("Mod+k", mac).join(" ")})`}
        onClick={() => scene().openPalette()}
      >
        <Icon name="search" size="small" />
        <span className={styles.wide}>Search or do…</span>
        <span className={styles.wideKeys} aria-hidden="true">
          {caps("Mod+k", mac).map((cap) => (
            <kbd key={cap}>{cap}</kbd>
          ))}
        </span>
      </button>

      <Item to="/" icon="repos" name="Repositories" current={(pathname === "/" && one === undefined && !views.some((view) => view.id === shown)) || pathname.startsWith("/repositories")}>
        {total !== undefined && total > 0 && <span className={styles.count}>{number(total)}</span>}
      </Item>
      {views.map((view) => (
        <Link
          key={view.id}
          to="/"
          search={addressOf(view, accounts)}
          className={styles.item}
          title={view.query === "" ? view.name : `${view.name}: ${view.query}`}
          aria-current={shown === view.id ? "page" : undefined}
        >
          <Icon name="search" size="small" />
          <span className={styles.name}>{view.name}</span>
        </Link>
      ))}
      <Item to="/accounts" icon="accounts" name="Accounts" current={pathname.startsWith("/accounts") || pathname.startsWith("/sign-in")}>
        {needing > 0 && <HealthLight light="stop" className={styles.light} />}
        {needing > 0 && <span className={styles.hidden}>{`, ${needing} ${needing === 1 ? "needs" : "need"} you`}</span>}
        {accounts.length > 0 && <span className={styles.count}>{number(accounts.length)}</span>}
      </Item>
      <Item to="/sources" icon="folder" name="Sources" current={pathname === "/sources"} />
      <Item to="/calendar" icon="calendar" name="Calendar" current={pathname === "/calendar"} />
      <Item to="/activity" icon="activity" name="Activity" current={pathname === "/activity"} />
      <Item to="/settings" icon="settings" name="Settings" current={pathname === "/settings"} />

      {accounts.length > 0 && (
        <>
          <h2 className={styles.heading} id="repositories-of">
            {listing.length > 0 && "Repositories of"}
          </h2>
          <div role="group" aria-labelledby="repositories-of" className={styles.accounts}>
            {listing.map((account) => (
              <AccountItem
                key={account.id}
                account={account}
                host={hostNeeded(account, accounts)}
                short={short.get(account.id) ?? ""}
                current={one === account.id}
              />
            ))}
          </div>
          <Link
            to="/connect"
            className={styles.item}
            title={`Connect an account (${caps("Mod+n", mac).join(" ")})`}
            aria-current={pathname === "/connect" ? "page" : undefined}
          >
            <Icon name="plus" />
            <span className={classes(styles.name, styles.muted)}>Connect an account</span>
          </Link>
        </>
      )}
      <div className={styles.rest} />
      <State />
    </nav>
  );
}

function Item({
  to,
  icon,
  name,
  current,
  children,
}: {
  to: "/" | "/accounts" | "/sources" | "/calendar" | "/activity" | "/settings";
  icon: IconName;
  name: string;
  current: boolean;
  children?: ReactNode;
}) {
  return (
    <Link to={to} className={styles.item} title={name} aria-current={current ? "page" : undefined}>
      <Icon name={icon} />
      <span className={styles.name}>{name}</span>
      {children}
    </Link>
  );
}

const NOT_FINE: Record<Exclude<Health, "working">, string> = {
  soon: "needs you soon",
  needs_you: "needs you",
  trying_again: "not reachable, trying again",
};

function AccountItem({
  account,
  host,
  short,
  current,
}: {
  account: Account;
  host: string | undefined;
  short: string;
  current: boolean;
}) {
  const where = `${account.label === null ? account.login : `${account.label}: ${account.login}`} at ${account.host_label}`;
  return (
    <Link
      to="/"
      search={{ account: account.id }}
      className={styles.item}
      title={account.health === "working" ? where : `${where}: ${account.state}`}
      aria-current={current ? "page" : undefined}
    >
      <Swatch colour={account.swatch} />
      <span className={styles.name}>
        {accountName(account)}
        {host !== undefined && <span className={styles.muted}>{` ${host}`}</span>}
      </span>
      <span className={styles.initials} aria-hidden="true">
        {short}
      </span>
      {account.health !== "working" && (
        <>
          <HealthLight light={healthLight(account.health)} className={styles.light} />
          <span className={styles.hidden}>{`, ${NOT_FINE[account.health]}`}</span>
        </>
      )}
      <span className={styles.count}>{number(account.repositories)}</span>
    </Link>
  );
}

function State() {
  const status = useQuery(queries.syncStatus()).data;
  const open = vaultSentence(useQuery(queries.settings()).data);
  const noticed = securityLine(useQuery(queries.vaultSecurity()).data);
  const sentence = status && syncSentence(status, { number, time: clockTime });
  const reading = (status?.running.length ?? 0) > 0;
  const part = status && syncFraction(status);
  const copying = (useQuery(queries.cloneList()).data ?? []).filter((run) => run.state === "running");
  const { scene } = useActions();
  return (
    <div className={styles.state}>
      {sentence !== undefined && (
        <div className={styles.line} title={sentence}>
          {status?.offline_since != null && !reading ? <HealthLight light="off" /> : <Icon name="refresh" size="small" />}
          <span className={styles.words}>{sentence}</span>
        </div>
      )}
      {reading && (
        <progress className={styles.bar} max={1} aria-label="Reading" {...(part === undefined ? {} : { value: part })} />
      )}
      {copying.map((run) => (
        <button key={run.id} type="button" className={styles.copying} title={`${runSentence(run)}: show it`} onClick={() => scene().openClone({ run: run.id })}>
          <Icon name="down" size="small" />
          <span className={styles.words}>{runSentence(run)}</span>
        </button>
      ))}
      {noticed !== undefined && (
        <Link to="/settings" search={{ section: "security" }} className={styles.noticed} title={`${noticed}: show it`}>
          <Icon name="warn" size="small" />
          <span className={styles.words}>{noticed}</span>
        </Link>
      )}
      <div className={styles.line} title={`The vault: ${open}`}>
        <Icon name="lock" size="small" />
        <span className={styles.words}>{open}</span>
      </div>
    </div>
  );
}

function moveWithArrows(event: KeyboardEvent<HTMLElement>) {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const items = [...event.currentTarget.querySelectorAll<HTMLElement>("a, button")];
  const at = items.indexOf(document.activeElement as HTMLElement);
  if (at < 0) return;
  event.preventDefault();
  items[Math.max(0, Math.min(items.length - 1, at + (event.key === "ArrowDown" ? 1 : -1)))]?.focus();
}
