/** Accounts that leave: one, or all at once, with what the receipts say. */
import type { Account, Code, DisconnectAll, DisconnectReceipt, Proof, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";

type Around = {
  accounts: () => readonly Account[];
  /** Takes an account away, with what only it reached. */
  remove: (id: string) => void;
  known: (id: string) => Account;
  prove: (proof: Proof) => void;
  /** As long as a step takes. */
  step: () => Promise<void>;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  changed: (...tags: Tag[]) => void;
};

export function fakeLeaving(around: Around): Pick<Platform, "accountDisconnect" | "accountDisconnectAll" | "accountDisconnectAllShow"> {
  const { accounts, remove, known, prove, step, refuse, changed } = around;
  let all: DisconnectAll | null = null;

  function disconnect(id: string, away: boolean): DisconnectReceipt {
    const gone = known(id);
    remove(id);
    changed("accounts", "repositories", "activity", "clients");
    return receipt(gone, away);
  }

  return {
    accountDisconnect: async (id) => disconnect(id, false),
    accountDisconnectAll: async ({ proof }) => {
      prove(proof);
      if (all?.over === false) throw refuse("invalid_input", "All accounts are being disconnected already.", "Wait for the end of it.");
      const leaving = accounts();
      let rows: DisconnectAll["rows"] = leaving.map(({ id, login, host_label }) => ({ account: id, login, host_label, receipt: null, problem: null }));
      const tell = (over: boolean) => {
        all = { rows, over };
        changed("accounts");
        return all;
      };
      tell(false);
      for (const { id, health } of leaving) {
        await step();
        const ended = disconnect(id, health === "trying_again");
        rows = rows.map((row) => (row.account === id ? { ...row, receipt: ended } : row));
        tell(false);
      }
      return tell(true);
    },
    accountDisconnectAllShow: async () => all,
  };
}

/** What disconnecting an account comes to: ended where that can be done from here and its host is not `away`. */
function receipt({ revocable, login, host_label, repositories, revoke_page }: Account, away: boolean): DisconnectReceipt {
  const revoked = revocable && !away;
  const sentence = revoked
    ? `Revoked at ${host_label}, then removed here.`
    : revocable
      ? `Removed here. ${host_label} could not be reached; the access is ended there as soon as it can be.`
      : `Removed here. ${host_label} lets only you end this access, on its own page.`;
  return { login, host_label, revoked, sentence, queued: revocable && away, page: revoked ? null : revoke_page, repositories };
}
