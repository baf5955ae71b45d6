import { Link } from "@tanstack/react-router";
import { HealthLight } from "../../components/HealthLight";
import type { Account, Repository } from "../../ipc/bindings";
import { accountName } from "../accountName";
import { healthLight } from "../accounts/groups";
import { moment } from "../when";
import styles from "./StaleNote.module.css";
import { inSentence } from "./words";

/** As of when this is true, where the accounts that reach it can't say so now. */
export function StaleNote({ row, accounts, now }: { row: Repository; accounts: readonly Account[]; now: Date }) {
  const reaching = accounts.filter((account) => row.accounts.includes(account.id));
  const [first] = reaching;
  if (!first || reaching.some((account) => account.health === "working" || account.health === "soon")) return null;
  const asOf = first.synced_at === null ? "" : `As of ${inSentence(moment(new Date(first.synced_at), now))}. `;
  return (
    <p className={styles.note}>
      <HealthLight light={healthLight(first.health)} />
      <span>
        {asOf}
        {first.health === "needs_you" ? (
          <>
            {`${accountName(first)} needs you to `}
            <Link to="/accounts/$id" params={{ id: first.id }}>
              sign in again
            </Link>
            .
          </>
        ) : (
          `${first.state}.`
        )}
      </span>
    </p>
  );
}
