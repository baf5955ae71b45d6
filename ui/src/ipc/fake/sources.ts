/** Sources of the fake: each repository that is added has a template, a skill and a template that is broken. */
import type { AddSource, Code, FoundDetail, FoundItem, Question, Repository, Source, SourceKind, SourceReading, Tag } from "../bindings";
import type { Platform, ProblemError } from "../platform";

type Tools = {
  now: () => Date;
  nextId: () => number;
  refuse: (code: Code, message: string, hint?: string) => ProblemError;
  changed: (...tags: Tag[]) => void;
  repositories: () => readonly Repository[];
  wait: () => Promise<void>;
};

const KINDS: SourceKind[] = [
  { id: "dev-container", name: "Dev container", plural: "Dev containers", marker: "devcontainer.json", variants: [] },
  { id: "skill", name: "Skill", plural: "Skills", marker: "SKILL.md", variants: [] },
  { id: "template", name: "Template", plural: "Templates", marker: "copier.yml", variants: ["stack", "workspace", "service"] },
  { id: "workflow", name: "Workflow", plural: "Workflows", marker: "what the forge runs by itself", variants: [] },
];

type Drawn = Pick<FoundItem, "kind" | "name" | "description" | "variant" | "path" | "marker" | "questions" | "problem">;

const DRAWN: readonly Drawn[] = [
  { kind: "skill", name: "tides", description: "Reads tide tables.", variant: null, path: "skills/tides", marker: "skills/tides/SKILL.md", questions: 0, problem: null },
  { kind: "template", name: "broken", description: null, variant: null, path: "broken", marker: "broken/copier.yml", questions: 0, problem: "copier.yml can't be read: line 2 is not what its format allows." },
  { kind: "template", name: "web", description: "A site with a database", variant: "stack", path: "stacks/web", marker: "stacks/web/copier.yml", questions: 2, problem: null },
];

const ASKED: readonly Question[] = [
  { name: "project_name", answer: "str", help: "What is it called?", default: null, choices: [], several: false, secret: false, when: null },
  { name: "licence", answer: "str", help: null, default: "mit", choices: [{ label: "MIT", value: "mit" }, { label: "GPL", value: "gpl" }], several: false, secret: false, when: "open_source" },
];

type Kept = { source: Source; items: FoundItem[]; removed: boolean };
type Commands = "sourceKinds" | "sourceList" | "sourceAdd" | "sourceRefresh" | "sourceRemove" | "foundList" | "foundShow";

export function fakeSources({ now, nextId, refuse, changed, repositories, wait }: Tools): Pick<Platform, Commands> {
  const all: Kept[] = [];
  const live = () => all.filter((kept) => !kept.removed);
  const found = () => live().flatMap((kept) => kept.items);
  const reading = (source: Source, many: number): SourceReading => ({ source, new: many, changed: 0, gone: 0 });

  function repositoryOf({ repository }: AddSource): Repository {
    const meant = (row: Repository) => (repository.kind === "id" ? row.id === repository.id : row.full_name === repository.full_name);
    const row = repositories().find(meant);
    if (!row) throw refuse("not_found", "There is no repository of that name in the list here.", "The list shows what there is.");
    return row;
  }

  function drawn(row: Repository, request: AddSource): Kept {
    const id = nextId();
    const fits = (item: Drawn) => (request.kind == null || request.kind === item.kind) && (request.path == null || request.path === "" || item.marker.startsWith(`${request.path}/`));
    const items = DRAWN.filter(fits).map((item) => ({ ...item, id: nextId(), source: id, repository: row.id, full_name: row.full_name, first_found_at: now().toISOString() }));
    if (items.length === 0) {
      throw refuse("not_found", `Nothing that Drawbridge knows is in ${row.full_name}. No source was added.`, "Name another branch or folder, or leave the kind out to look for all of them.");
    }
    const source: Source = {
      id,
      repository: row.id,
      full_name: row.full_name,
      provider: "practice",
      host_label: new URL(row.web_url).host,
      reference: request.reference ?? null,
      path: request.path ?? "",
      kind: request.kind ?? null,
      added_at: now().toISOString(),
      read_at: now().toISOString(),
      found: items.length,
      problem: null,
    };
    return { source, items, removed: false };
  }

  return {
    sourceKinds: async () => KINDS,
    sourceList: async () => ({ total: live().length, rows: live().map((kept) => kept.source) }),
    sourceAdd: async (request) => {
      const row = repositoryOf(request);
      await wait();
      const same = ({ source }: Kept) =>
        source.repository === row.id && source.reference === (request.reference ?? null) && source.path === (request.path ?? "") && source.kind === (request.kind ?? null);
      const before = all.find(same);
      const kept = before ?? drawn(row, request);
      if (!before) all.push(kept);
      kept.removed = false;
      changed("sources");
      return reading(kept.source, before ? 0 : kept.items.length);
    },
    sourceRefresh: async (request) => {
      await wait();
      const meant = live().filter(({ source }) => request.source == null || request.source === source.id);
      changed("sources");
      return meant.map((kept) => reading(kept.source, 0));
    },
    sourceRemove: async (id) => {
      const kept = live().find(({ source }) => source.id === id);
      if (!kept) throw refuse("not_found", "There is no such source here.", "The list shows what there is.");
      kept.removed = true;
      changed("sources");
      return kept.source;
    },
    foundList: async (query) => {
      const rows = found().filter((item) => (query.kind == null || query.kind === item.kind) && (query.source == null || query.source === item.source));
      return { total: rows.length, rows };
    },
    foundShow: async (reference): Promise<FoundDetail> => {
      const item = found().find((each) => (reference.kind === "id" ? each.id === reference.id : each.kind === reference.of && each.name === reference.name));
      if (!item) throw refuse("not_found", "There is no such item in the sources here.", "The list shows what there is.");
      return { item, questions: ASKED.slice(0, item.questions), folder: `/home/mara/Projects/${item.name}` };
    },
  };
}
