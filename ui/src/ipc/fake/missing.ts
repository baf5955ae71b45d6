/** What is missing from the fake's listings: one removed repository, one question, and why anything else is not there. */
import type { Account, Code, RemovalQuestion, RemovedRepository, Repository, RepositoryWhy, WhyChecked } from "../bindings";
import type { Platform, ProblemError } from "../platform";
import { hosts } from "./hosts";
import { HOST } from "./world";

type Commands = Pick<
  Platform,
  "hostSearch" | "repositoryWhy" | "repositoryImport" | "repositoryRemoved" | "repositoryRestore" | "removalQuestions" | "removalAnswer"
>;

/** What the fake's hosts show when they are asked for it by name, beside what is listed. */
const BY_NAME = "coastal-survey/tide-tables";
const BLOCKED = "coastal-survey/soundings";

/** Of an address, what stands behind the host. */
const named = (name: string) => name.trim().replace(/^https?:\/\/[^/]+\//, "");

export function missing(world: {
  accounts: () => Account[];
  rows: () => Repository[];
  add: (row: Repository) => void;
  sync: Platform["syncStatus"];
  changed: () => void;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  now: () => Date;
}): Commands {
  const { accounts, rows, refuse } = world;
  let asked = true;
  const model = rows()[0];
  let gone: Repository | undefined = model && { ...model, id: 990_001, full_name: "fjordline/old-timetable", owner: "fjordline", name: "old-timetable" };
  const at = (days: number) => new Date(world.now().getTime() + days * 86_400_000).toISOString();
  const first = () => accounts()[0];

  const questions = (): RemovalQuestion[] => {
    const account = first();
    if (!asked || !account) return [];
    const sentence = `412 of 1,037 repositories are missing from ${account.login}'s listing at ${account.host_label}. Nothing was removed. Are they gone?`;
    return [{ account: account.id, login: account.login, host_label: account.host_label, since: at(-1), missing: 412, of: 1037, sentence }];
  };

  const removed = (): RemovedRepository[] => {
    const account = first();
    if (!gone || !account) return [];
    return [
      {
        id: gone.id,
        full_name: gone.full_name,
        web_url: gone.web_url,
        account: account.id,
        login: account.login,
        host_label: account.host_label,
        removed_at: at(-3),
        forgotten_at: at(27),
        why: `${account.login}'s complete listing at ${account.host_label} did not show it, and asked for it by name, ${account.host_label} answered that it is not there or hidden from this account.`,
        listed: false,
      },
    ];
  };

  const checked = (name: string): { all: WhyChecked[]; repository: Repository | null } => {
    const account = first();
    const here = (over: Partial<WhyChecked>): WhyChecked => ({
      cause: "not_shown", account: null, what: "The list", host_label: null, sentence: "", fix: "", page: null, ...over,
    });
    const repository = rows().find((row) => row.full_name.toLowerCase() === name.toLowerCase()) ?? null;
    if (repository) return { repository, all: [here({ cause: "listed", sentence: "It is in the list" })] };
    if (!account) return { repository: null, all: [here({ cause: "no_account", what: "Accounts", sentence: "No account that lists repositories is connected" })] };
    const by = { account: account.id, what: account.login, host_label: account.host_label };
    const all: WhyChecked[] = [];
    if (name === BY_NAME) all.push(here({ ...by, cause: "found", sentence: "It is there and this account may see it, but the account's listing did not bring it", fix: "Import it." }));
    else if (name === BLOCKED) all.push(here({ ...by, cause: "not_approved", sentence: "coastal-survey has not approved Drawbridge", fix: "Ask an owner of the organisation to approve it, or paste a token made for this organisation.", page: `${HOST}/orgs/coastal-survey/policies/applications` }));
    else all.push(here({ ...by, sentence: `${account.host_label} does not show it to this account: it is hidden from it, or there is none of that name`, fix: "Look at how it is written, or ask its owner to let you in." }));
    return { repository: null, all };
  };

  return {
    ...hosts(world),
    repositoryWhy: async ({ name = "" }): Promise<RepositoryWhy> => {
      const wanted = named(name);
      if (!/^[^/]+(\/[^/]+)+$/.test(wanted)) throw refuse("invalid_input", "That names no repository.", "Give OWNER/NAME, or the address of its page, such as https://host.example/octo/hello.");
      const { all, repository } = checked(wanted);
      const [first] = all;
      if (!first) throw refuse("internal", "Nothing was looked at.");
      const last = wanted.split("/").at(-1) ?? "";
      const near = repository ? [] : rows().filter((row) => row.name.startsWith(last.slice(0, 4))).slice(0, 5).map((row) => row.full_name);
      return { name: wanted, because: first, checked: all, repository, removed: null, near, at: at(0) };
    },
    repositoryImport: async (name) => {
      const model = rows()[0];
      if (named(name) !== BY_NAME || !model) throw refuse("not_found", "The host does not show it to any of your accounts.", "Look at how it is written.");
      const row = { ...model, id: 990_002, full_name: BY_NAME, owner: "coastal-survey", name: "tide-tables" };
      world.add(row);
      world.changed();
      return row;
    },
    repositoryRemoved: async () => ({ total: removed().length, rows: removed() }),
    repositoryRestore: async (id) => {
      if (gone?.id !== id) throw refuse("not_found", "There is no removed repository with that id here.", "The list shows what there is.");
      const row = { ...gone, missing_since: at(-3) };
      gone = undefined;
      world.add(row);
      world.changed();
      return row;
    },
    removalQuestions: async () => questions(),
    removalAnswer: async () => {
      asked = false;
      world.changed();
      return world.sync();
    },
  };
}
