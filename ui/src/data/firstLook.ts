/**
 * Reads what the window opens with while its pages are still being loaded, so that it is drawn once, and whole.
 *
 * Not here: what is read later, by who shows it.
 */
import type { QueryClient } from "@tanstack/react-query";
import type { RepositoryQuery } from "../ipc/bindings";
import { queries } from "./queries";

/** The list as one finds it: everything, the best first. */
export const FIRST_LIST: RepositoryQuery = { text: "", sort: "best", reverse: false };

/** What takes longer is drawn when it comes. */
const PATIENCE_MS = 100;

/** Resolves when the window can be drawn whole, or has to be drawn without; never rejects. */
export async function firstLook(client: QueryClient): Promise<void> {
  // At once, though all but the first is refused while the vault is locked: waiting for the first would take as
  // long again. What can't be read is asked for again by who shows it, and said there.
  const status = client.query(queries.vaultStatus());
  const inside = Promise.allSettled([
    client.query(queries.accountList()),
    client.query(queries.repositoryPage(FIRST_LIST, 0)),
    client.query(queries.repositoryCount({})),
    client.query(queries.viewList()),
    client.query(queries.settings()),
    client.query(queries.syncStatus()),
    client.query(queries.vaultSecurity()),
    client.query(queries.cloneList()),
    client.query(queries.noticeList()),
  ]);
  const patience = new Promise((resolve) => setTimeout(resolve, PATIENCE_MS));
  await Promise.allSettled([status, Promise.race([inside, patience])]);
}
