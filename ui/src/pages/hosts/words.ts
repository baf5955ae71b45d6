/** Who is asked in a search at the hosts, and what is said of each. */
import type { Light } from "../../components/HealthLight";
import type { Account, HostAsked } from "../../ipc/bindings";
import { number } from "../when";

/** The hosts that are asked, each once, in the order of the accounts. An account that has to sign in asks nobody. */
export function hostsToAsk(accounts: readonly Account[]): string[] {
  const asking = accounts.filter(({ searches, health }) => searches && health !== "needs_you");
  return [...new Set(asking.map(({ host_label }) => host_label))];
}

/** `a`, `a and b`, `a, b and c`. */
export function together(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** What happens when a person says so, said before. */
export function sends(words: string, accounts: readonly Account[]): string {
  const hosts = hostsToAsk(accounts);
  return hosts.length === 0 ? "No host can be asked now." : `Sends ${words === "" ? "the words" : `“${words}”`} to ${together(hosts)}.`;
}

export function askedLight({ problem }: HostAsked): Light {
  if (problem === null) return "ok";
  return problem.code === "sign_in_needed" ? "stop" : "off";
}

export function askedSentence({ found, more, problem }: HostAsked): string {
  if (problem !== null) return [problem.message, problem.hint].filter(Boolean).join(" ");
  if (found === 0) return more ? "Shows none, and did not look everywhere" : "Shows none";
  return more ? `Shows ${number(found)}, and may have more` : `Shows ${number(found)}`;
}

/** What came of it, for those who listen. */
export function foundSentence(rows: number, silent: number): string {
  const count = rows === 0 ? "Nothing was found" : `${number(rows)} ${rows === 1 ? "repository was" : "repositories were"} found`;
  return silent === 0 ? count : `${count}; ${number(silent)} ${silent === 1 ? "account" : "accounts"} could not be asked`;
}
