import { Swatch } from "../../components/Swatch";
import type { Fact } from "../../components/FactList";
import { VISIBILITY_WORDS } from "../../components/VisibilityIcon";
import type { Account, Permission, Repository, RepositoryDetail } from "../../ipc/bindings";
import { size } from "../../text/when";
import { accountName } from "../accountName";
import { hostNeeded } from "../hostNeeded";
import { dayName, moment } from "../when";
import styles from "./facts.module.css";

export const PERMISSION_WORDS: Record<Permission, string> = {
  read: "Read",
  triage: "Triage",
  write: "Write",
  maintain: "Maintain",
  admin: "Everything",
};

/** What the list knows already, and what is known once the repository was asked for. */
export function shortFacts(row: Repository, detail: RepositoryDetail | undefined, accounts: readonly Account[], now: Date, found = ""): Fact[] {
  return [
    { term: "Reached by", detail: <Reach row={row} detail={detail} accounts={accounts} /> },
    { term: "Visibility", detail: VISIBILITY_WORDS[row.visibility] },
    ...(row.default_branch === null ? [] : [{ term: "Branch", detail: row.default_branch, mono: true }]),
    ...(row.language === null ? [] : [{ term: "Language", detail: row.language }]),
    { term: "Last push", detail: row.pushed_at === null ? "Never" : moment(new Date(row.pushed_at), now) },
    ...(row.topics.length === 0 ? [] : [{ term: "Topics", detail: row.topics.join(", ") }]),
    ...(found === "" ? [] : [{ term: "Found inside", detail: found }]),
    ...(kinds(row) === "" ? [] : [{ term: "Kind", detail: kinds(row) }]),
  ];
}

/** Everything known about one repository. */
export function allFacts(detail: RepositoryDetail, accounts: readonly Account[], now: Date): Fact[] {
  return [
    ...shortFacts(detail, detail, accounts, now),
    { term: "Licence", detail: detail.licence ?? "None stated" },
    { term: "Size", detail: size(detail.size_kib) },
    ...(detail.created_at === null ? [] : [{ term: "Created", detail: dayName(new Date(detail.created_at), now) }]),
    ...(detail.updated_at === null ? [] : [{ term: "Changed", detail: moment(new Date(detail.updated_at), now) }]),
    { term: "Host", detail: detail.host_label },
    { term: "Stable id", detail: detail.forge_id, mono: true },
  ];
}

function kinds(row: Repository): string {
  const all = [row.archived && "archived", row.fork && "fork", row.template && "template"].filter((kind) => kind !== false).join(", ");
  return all.slice(0, 1).toUpperCase() + all.slice(1);
}

function Reach({ row, detail, accounts }: { row: Repository; detail: RepositoryDetail | undefined; accounts: readonly Account[] }) {
  return (
    <ul className={styles.reach}>
      {row.accounts.map((id) => {
        const account = accounts.find((each) => each.id === id);
        if (!account) return null;
        const host = hostNeeded(account, accounts);
        const may = detail?.reach.find((each) => each.account === id)?.permission;
        return (
          <li key={id}>
            <Swatch colour={account.swatch} />
            <span>
              {accountName(account)}
              {host !== undefined && <span className={styles.muted}>{` ${host}`}</span>}
              {may && <span className={styles.muted}>{`, ${PERMISSION_WORDS[may].toLowerCase()}`}</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
