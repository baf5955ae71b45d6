/** What the fake's hosts show to a search: what is listed, and what no listing brought; one host that says nothing. */
import type { Account, Code, HostAsked, HostFound, HostSearched, Problem, Repository } from "../bindings";
import type { Platform, ProblemError } from "../platform";

/** Shown by the hosts, and listed by no account. */
export const UNLISTED = [
  { owner: "coastal-survey", name: "tide-tables", description: "High and low water of every harbour, by the day" },
  { owner: "coastal-survey", name: "tide-gauges", description: "What the gauges send, as it comes" },
];

export function hosts(world: {
  accounts: () => Account[];
  rows: () => Repository[];
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  now: () => Date;
}): Pick<Platform, "hostSearch"> {
  const { accounts, rows, refuse } = world;

  const troubleOf = ({ health, host_label }: Account): Problem | null => {
    if (health === "needs_you") return { code: "sign_in_needed", message: `${host_label} was not asked: this account has to sign in again first.`, hint: "Sign in again, then search once more." };
    if (health === "trying_again") return { code: "unreachable", message: `${host_label} did not answer in time.`, hint: "Search once more in a while." };
    return null;
  };

  return {
    hostSearch: async ({ text = "", account = null, limit = 0 }): Promise<HostSearched> => {
      const words = text.trim().replace(/\s+/g, " ");
      if (words === "" || words.length > 256) throw refuse("invalid_input", "A host is asked for words: up to 256 letters on one line.", "For example a part of a repository's name.");
      const all = accounts().filter((each) => each.searches && (account === null || each.id === account));
      if (all.length === 0) throw refuse("not_connected", "No account is connected at a host of repositories, so none can be searched.", "Connect an account at a code host.");
      const fits = (name: string) => name.toLowerCase().includes(words.toLowerCase());
      const most = limit === 0 ? 20 : Math.min(limit, 50);
      const found: HostFound[] = [];
      const asked: HostAsked[] = [];
      for (const one of all) {
        const by = { account: one.id, login: one.login, host_label: one.host_label };
        const problem = troubleOf(one);
        if (problem) {
          asked.push({ ...by, found: 0, more: false, problem });
          continue;
        }
        const at = { provider: one.provider, host: one.host, host_label: one.host_label, accounts: [one.id] };
        const listed = rows()
          .filter((row) => row.accounts[0] === one.id && fits(row.name))
          .map(({ id, full_name, description, visibility, archived, fork, language, web_url }): HostFound => ({ ...at, full_name, description, visibility, archived, fork, language, web_url, forge_id: String(id), known: id }));
        const first = all.find((each) => troubleOf(each) === null);
        const names = new Map(rows().map((row) => [row.full_name, row.id]));
        const unlisted = (one === first ? UNLISTED : [])
          .filter(({ name }) => fits(name))
          .map(({ owner, name, description }): HostFound => ({
            ...at, full_name: `${owner}/${name}`, description, visibility: "public", archived: false, fork: false, language: null,
            web_url: `${one.host}/${owner}/${name}`, forge_id: name, known: names.get(`${owner}/${name}`) ?? null,
          }))
          .filter(({ known }) => known === null || !listed.some((row) => row.known === known));
        const shown = [...listed, ...unlisted].slice(0, most);
        found.push(...shown);
        asked.push({ ...by, found: shown.length, more: shown.length >= most, problem: null });
      }
      return { text: words, rows: found, asked, at: world.now().toISOString() };
    },
  };
}
