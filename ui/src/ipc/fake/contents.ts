/** What the fake's repositories hold at their hosts: nothing is known of it until it is read. */
import type { NamedReference, Problem, ReadmeFound, RepositoryContents, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";
import type { Row } from "./world";

/** What a reading brings, from now on; a test may change it while it goes. */
export type FakeContents = {
  found?: ReadmeFound;
  branches?: readonly string[];
  tags?: readonly string[];
  /** Why nothing can be read. */
  problem?: Problem | null;
};

type Tools = {
  now: () => Date;
  refuse: (code: "not_found", message: string, hint: string) => ProblemError;
  changed: (...tags: Tag[]) => void;
  rows: () => readonly Row[];
  wait: () => Promise<void>;
  read: FakeContents;
};

const DRAWN = (name: string) => `# ${name}

Bookings, fares and berths over HTTP and events. [How it fits together](docs/overview.md) is written down, and so is
[what was decided, why it was decided so, and what it cost in the end](docs/decisions.md), with the price of each.

![Tests](https://ci.fjordline.example/booking-api.svg)

## Run it

\`\`\`
./gradlew run --args="--port 8080"
\`\`\`

| Setting | What it does |
| --- | --- |
| \`PORT\` | Where it listens |
| \`FARES_URL\` | Who knows the fares |

- [x] Quotes and refunds
- [ ] Berths with cars
`;

export function fakeContents({ now, refuse, changed, rows, wait, read }: Tools): Pick<Platform, "repositoryContents"> {
  const kept = new Map<number, RepositoryContents>();
  const named = (names: readonly string[]): NamedReference[] =>
    names.map((name, at) => ({ name, commit: (0x9c41e07 + at * 7919).toString(16).repeat(6).slice(0, 40) }));
  const blank = ({ row }: Row): RepositoryContents => ({
    repository: row.id,
    full_name: row.full_name,
    web_url: row.web_url,
    readme: { found: { kind: "unread" }, read_at: null, problem: null },
    references: { default_branch: null, branches: [], branch_count: 0, tags: [], tag_count: 0, truncated: false, read_at: null, problem: null },
  });
  return {
    repositoryContents: async (reference, fresh) => {
      const meant = ({ row }: Row) => (reference.kind === "id" ? row.id === reference.id : row.full_name === reference.full_name);
      const row = rows().find(meant);
      if (!row) throw refuse("not_found", "There is no repository of that name in the list here.", "The list shows what there is.");
      const before = kept.get(row.row.id) ?? blank(row);
      if (!fresh) return before;
      await wait();
      const problem = read.problem ?? null;
      if (problem !== null) {
        const failed = { ...before, readme: { ...before.readme, problem }, references: { ...before.references, problem } };
        if (before.readme.read_at !== null) {
          kept.set(row.row.id, failed);
          changed("contents");
        }
        return failed;
      }
      const [read_at, first] = [now().toISOString(), row.row.default_branch ?? "main"];
      const branches = read.branches ?? [first, "berths", "fares-by-age"];
      const tags = read.tags ?? ["v1.10.0", "v1.9.2"];
      const found = read.found ?? { kind: "text", path: "README.md", markdown: true, text: DRAWN(row.row.name) };
      const contents: RepositoryContents = {
        ...before,
        readme: { found, read_at, problem: null },
        references: {
          default_branch: branches[0] ?? null,
          branches: named(branches),
          branch_count: branches.length,
          tags: named(tags),
          tag_count: tags.length,
          truncated: false,
          read_at,
          problem: null,
        },
      };
      kept.set(row.row.id, contents);
      changed("contents");
      return contents;
    },
  };
}
